import { expect, it, onTestFinished } from 'vitest';
import { serve } from '../../support/served.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { startPostgres } from '../../support/services/postgres.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const COMMANDS = 60;
const READY_AGAIN_MS = 20_000;

// Named so that it runs where a PostgreSQL can be had; it starts one of its own.
describeOver(['POSTGRES_URL'], 'a server whose PostgreSQL is restarted under load', () => {
  it.each(['stop', 'kill'] as const)(
    'says so, loses nothing that it has accepted, and goes on by itself (%s)',
    async (how) => {
      const postgres = await startPostgres({ folder: temporaryFolder() });
      onTestFinished(() => postgres.stop());
      const served = await serve({
        environment: {
          BIOTOPE_POSTGRES_URL: postgres.url,
          BIOTOPE_BREAKER_FAILURES_MIN: '1',
          BIOTOPE_BREAKER_PROBE_EVERY_MS: '200',
        },
      });
      const accepted: string[] = [];
      let refusals = 0;
      const begin = async (at: number): Promise<void> => {
        const data = { name: `env-${at}`, template: 'hello' };
        const { status, body } = await served.send('/api/v1/commands', {
          type: 'environment.create',
          data,
        });
        if (status === 202) accepted.push(body.run.id);
        else {
          expect(status).toBe(503);
          refusals += 1;
        }
      };
      const load = (async () => {
        for (let at = 0; at < COMMANDS; at += 1) {
          await begin(at);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      await expect.poll(() => accepted.length, { timeout: 20_000 }).toBeGreaterThan(10);
      await postgres[how]();
      await expect
        .poll(async () => (await served.ask('/api/v1/health')).body.status, { timeout: 10_000 })
        .not.toBe('pass');
      await expect
        .poll(async () => (await served.ask('/readyz')).status, { timeout: 10_000 })
        .toBe(503);
      await postgres.start();
      await expect
        .poll(async () => (await served.ask('/readyz')).status, { timeout: READY_AGAIN_MS })
        .toBe(200);
      await load;
      const ends = await Promise.all(accepted.map((id) => served.ended(id)));
      expect(ends.map(({ status }) => status)).toEqual(accepted.map(() => 'succeeded'));
      expect((await served.ask('/api/v1/health')).body.status).toBe('pass');
      expect(refusals + accepted.length).toBe(COMMANDS);
    },
    120_000,
  );
});
