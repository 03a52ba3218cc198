import { join } from 'node:path';
import type { Command } from '../../src/bus/messages/commands.ts';
import { dataPaths, prepareDataFolder } from '../../src/compose/data-folder.ts';
import { startWhole, type Whole } from '../../src/compose/whole.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { Executor, ExecutorDefinition } from '../../src/executors/executor.ts';
import type { RunRecord } from '../../src/model/run.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../src/secrets/embedded/embedded-secrets.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store, Write } from '../../src/store/store.ts';
import { withFolder } from './folder.ts';

const nothing = { outputs: {}, record: null, parts: [], state: null };

/** Does nothing at all, so that what is measured is Biotope. */
const executor: Executor = {
  needsFiles: false,
  destroyNeedsSpec: false,
  plan: async () => ({ changes: [] }),
  apply: async () => nothing,
  adopt: async () => nothing,
  destroy: async () => {},
  inspect: async () => ({ ...nothing, finding: 'present', differences: [] }),
};

const definition: ExecutorDefinition = {
  kind: 'idle',
  description: 'Does nothing.',
  canInspect: () => true,
  canRotate: () => false,
  check: async () => ({ problems: [], contentPaths: [], outputs: [] }),
  allowsSecret: () => false,
  startsPrograms: false,
  defaultTimeoutMs: 60_000,
};

export const idleDefinitions: ReadonlyMap<string, ExecutorDefinition> = new Map([
  ['idle', definition],
]);

export interface IdleWhole {
  store: Store;
  whole: Whole;
  /** Submits and insists on being accepted; returns the run's id. */
  send(command: Command): Promise<string>;
  close(): Promise<void>;
}

/** The embedded whole over a data folder, with the settings that users have, but for the executor. */
export async function openIdleWhole(folder: string): Promise<IdleWhole> {
  const paths = dataPaths(folder);
  prepareDataFolder(paths);
  const store = createSqliteStore({ path: paths.store, clock: systemClock });
  const secrets = createEmbeddedSecrets({ path: paths.secrets, keyFile: paths.secretKey });
  const whole = await startWhole({
    config: configSchema.parse({ dataFolder: folder }),
    paths,
    store,
    secrets,
    definitions: idleDefinitions,
    executors: new Map([['idle', executor]]),
    log: silentLogger,
  });
  return {
    store,
    whole,
    send: async (command) => {
      const answer = await whole.engine.submit(command, { source: 'bench', id: systemIds() });
      if (answer.outcome === 'rejected') throw new Error(`${answer.code}: ${answer.message}`);
      return answer.runId ?? '';
    },
    close: async () => {
      await whole.stop(new AbortController().signal);
      await secrets.close();
      await store.close();
    },
  };
}

/** In a folder of its own, which goes with it. */
export function withIdleWhole<T>(work: (idle: IdleWhole) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const idle = await openIdleWhole(join(folder, 'data'));
    try {
      return await work(idle);
    } finally {
      await idle.close();
    }
  });
}

/** Resolves once so many runs have succeeded; rejects with the first that fails. */
export function untilSucceeded(idle: IdleWhole, runs: number): Promise<void> {
  const done = new Set<string>();
  return new Promise((resolve, reject) => {
    const forget = watchRuns(idle, ({ id, status, failure }) => {
      if (status === 'failed') reject(new Error(failure?.message));
      if (status === 'succeeded') done.add(id);
      if (done.size < runs) return;
      forget();
      resolve();
    });
  });
}

/** Calls back whenever a run has changed. Returns what ends it. */
export function watchRuns({ store }: IdleWhole, look: (run: RunRecord) => void): () => void {
  return store.watch(({ writes }) => {
    for (const run of writes.flatMap(runOf)) look(run);
  });
}

function runOf(write: Write): RunRecord[] {
  return write.kind === 'put' && write.collection === 'runs' ? [write.value] : [];
}
