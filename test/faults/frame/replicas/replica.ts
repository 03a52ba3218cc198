import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dataPaths } from '../../../../src/compose/data-folder.ts';
import { createExecutors, DEFINITIONS } from '../../../../src/compose/executors.ts';
import { createContext } from '../../../../src/compose/whole.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import { createEngine } from '../../../../src/engine/create-engine.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import { createWorker } from '../../../../src/worker/worker.ts';
import { createRemoteStore } from './remote-store.ts';
import { LEASE_MS, type ToReplica } from './wire.ts';

/**
 * Engine and worker of one process, over a store that another process holds: what a server of a
 * cluster will be. argv: the data folder with the secrets, a folder of its own for the steps' files.
 */
const [, , shared = '', own = ''] = process.argv;
mkdirSync(own, { recursive: true, mode: 0o700 });
const paths = dataPaths(shared);
const config = configSchema.parse({ dataFolder: shared });
const secrets = createEmbeddedSecrets({ path: paths.secrets, keyFile: paths.secretKey });
const { executors } = createExecutors({ config, paths, secrets, consul: undefined });
const embedded = createContext({
  config,
  store: createRemoteStore(),
  secrets,
  definitions: DEFINITIONS,
  log: silentLogger,
});
const context = {
  ...embedded,
  settings: {
    ...embedded.settings,
    claimLeaseMs: LEASE_MS,
    runLeaseMs: LEASE_MS,
    tickMs: 50,
    otherHoldersAreDead: false,
  },
};
const engine = createEngine(context);
const worker = createWorker({
  ...context,
  name: context.residents.get('default') ?? '',
  pool: 'default',
  concurrency: 1_000,
  desk: engine.desk,
  executors,
  dataFolder: own,
});
await worker.start();
await engine.start();

process.on('message', async (message: ToReplica) => {
  if (message.kind !== 'submit') return;
  const { command, id } = message;
  const answer = await engine.submit(command, { source: 'test', id });
  process.send?.({ kind: 'submitted', id, answer });
});
process.send?.({ kind: 'ready', holder: context.holder });
await once(process, 'disconnect');
process.exit();
