import { expect, it, onTestFinished } from 'vitest';
import { openBiotope } from '../../../../../src/compose/seat/biotope.ts';
import { configSchema } from '../../../../../src/config/schema.ts';
import type { RunRecord } from '../../../../../src/model/run.ts';
import { systemClock } from '../../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../../src/platform/logger.ts';
import type { Session } from '../../../../../src/presentation/session.ts';
import { createScreen } from '../../../../../src/presentation/terminal/screen.ts';
import { resumeRun } from '../../../../../src/presentation/usecases/run/run-commands.ts';
import { createSqliteStore } from '../../../../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { aRun, palette } from '../../samples.ts';

/** A session over a data folder that holds one run. */
async function sessionWith(run: RunRecord): Promise<Session> {
  const dataFolder = temporaryFolder();
  const config = configSchema.parse({ dataFolder });
  const biotope = openBiotope({ config, command: 'test', log: silentLogger, notify: () => {} });
  onTestFinished(async () => {
    await biotope.close(AbortSignal.abort());
  });
  const store = createSqliteStore({ path: biotope.paths.store, clock: systemClock });
  const put = { kind: 'put', collection: 'runs', key: run.id, value: run } as const;
  await store.commit({ scope: run.environment, expect: [], writes: [put], events: [] });
  await store.close();
  const { signal } = new AbortController();
  const interrupt = { signal, leave: () => {}, ignore: () => {} };
  return { biotope, interrupt, palette, screen: createScreen(process.stderr), advise: () => {} };
}

it.each([
  ['succeeded', 'it succeeded.', false],
  ['failed', 'it failed.', true],
  ['cancelled', 'it was cancelled.', true],
] as const)(
  'a run that %s is not resumed, and a retry is suggested only where one is possible',
  async (status, says, suggestsRetry) => {
    const session = await sessionWith(aRun({ status, finishedAtMs: 1 }));
    const message = await resumeRun(session, { run: 'r1' }).catch((error: Error) => error.message);
    expect(message).toContain(says);
    expect(String(message).includes('biotope run retry r1')).toBe(suggestsRetry);
  },
);
