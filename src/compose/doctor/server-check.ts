import { z } from 'zod';
import type { Target } from '../../config/target.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/ids.ts';
import { silentLogger } from '../../platform/logger.ts';
import { createApiClient } from '../../remote/client/client.ts';
import { type Check, ok } from './check.ts';

const ANSWER_WITHIN_MS = 10_000;

const infoSchema = z.object({ version: z.string(), role: z.string() });

/** The server that commands would talk to. `choose`: rejects as `chooseTarget`. */
export function serverCheck(choose: () => Target | undefined): Check {
  return {
    name: 'server',
    run: async () => {
      const target = choose();
      if (target === undefined) return ok('commands work on the data folder of this machine');
      const client = createApiClient({
        ...target,
        host: process.env,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        clock: systemClock,
        random: systemRandom,
        log: silentLogger,
      });
      try {
        // Asks for a token where one is needed.
        const { version, role } = await client.get('/info', infoSchema);
        const where = target.context === null ? '' : ` (context ${target.context})`;
        return ok(`${target.url}${where} answers: a ${role}, version ${version}`);
      } finally {
        client.close();
      }
    },
  };
}
