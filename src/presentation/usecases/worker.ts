import { startWorkerProcess, type WorkerProcess } from '../../compose/worker/worker.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { configRequest, openLog } from '../open-session.ts';
import type { GlobalFlags, Piece, Session } from '../session.ts';
import { interrupted } from './interrupted.ts';

interface WorkFlags extends Omit<GlobalFlags, 'server'> {
  pool: string;
  server?: string[] | undefined;
  concurrency?: number | undefined;
  name?: string | undefined;
}

interface WorkRequest {
  flags: WorkFlags;
  tell(piece: Piece): void;
}

/** Works until it is interrupted, and ends cleanly. */
export async function work(
  { screen, interrupt }: Pick<Session, 'screen' | 'interrupt'>,
  { flags, tell }: WorkRequest,
): Promise<void> {
  const config = readWorkerConfig(flags);
  const log = openLog(config, { screen, levelOtherwise: 'info' });
  const worker = await startWorkerProcess({ config, pool: flags.pool, log });
  tell(announcement(worker, flags.pool));
  await interrupted(interrupt.signal);
  await worker.stop(new AbortController().signal);
}

function readWorkerConfig({ server: servers, concurrency, name, ...flags }: WorkFlags): Config {
  const { flags: global, ...request } = configRequest(flags);
  const insecureHttp = flags['insecure-http'] === true ? true : undefined;
  const worker = { servers, concurrency, name, insecureHttp };
  return loadConfig({ ...request, flags: { ...global, worker } });
}

function announcement({ name, url, servers }: WorkerProcess, pool: string): Piece {
  return {
    lines: () => [
      `biotope worker takes orders of the pool ${pool}`,
      `  name     ${name}`,
      `  servers  ${servers.join(', ')}`,
      ...(url === undefined ? [] : [`  health   ${url}/readyz`]),
      '  Ctrl-C ends it.',
    ],
    documents: [{ event: 'ready', pool, name, servers, url: url ?? null }],
  };
}
