import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Biotope, openBiotope } from '../../src/compose/seat/biotope.ts';
import { configSchema } from '../../src/config/schema.ts';
import { isRunFinished } from '../../src/model/run.ts';
import { silentLogger } from '../../src/platform/logger.ts';

/** The embedded whole in a data folder of its own, as one command has it. */
export async function withEmbedded<T>(
  concurrency: number,
  work: (biotope: Biotope) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-bench-'));
  const config = configSchema.parse({
    dataFolder: join(folder, 'data'),
    pools: { default: { concurrency } },
  });
  const biotope = openBiotope({ config, command: 'bench', log: silentLogger, notify: () => {} });
  try {
    return await work(biotope);
  } finally {
    await biotope.close(new AbortController().signal);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the command to `ok`. Rejects if it ends otherwise. */
export async function createEnvironment(
  biotope: Biotope,
  name: string,
  template: string,
): Promise<void> {
  const command = { type: 'environment.create', data: { name, template } } as const;
  const answer = await biotope.submit(command, new AbortController().signal);
  if (answer.outcome === 'rejected' || answer.runId === null) throw new Error('not accepted');
  for (;;) {
    const run = (await biotope.store.get('runs', answer.runId))?.value;
    if (run?.status === 'succeeded') return;
    if (run !== undefined && isRunFinished(run)) throw new Error(run.failure?.message);
    await biotope.changed(100);
  }
}
