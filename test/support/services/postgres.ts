import { chmodSync, chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPostgres } from './fetch/postgres.ts';
import { run } from './fetch/run.ts';
import { freePorts, madeFolder } from './place.ts';
import {
  killProcess,
  processOf,
  type ServiceProcess,
  signal,
  startProcess,
  until,
} from './process.ts';

/** One PostgreSQL on loopback, in which whoever comes is trusted. */
export interface PostgresServer {
  /** `postgres://postgres@127.0.0.1:…/postgres` */
  url: string;
  process: ServiceProcess;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Of all its processes the one that all depend on. */
  kill(): Promise<void>;
  pause(): void;
  goOn(): void;
}

const READY_MS = 30_000;

export async function startPostgres({ folder }: { folder: string }): Promise<PostgresServer> {
  const programs = await getPostgres();
  const [port = 0] = await freePorts(1);
  const owner = await ownerOf(madeFolder(folder));
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const parameters = [join(programs, 'initdb'), '-D', data, '-A', 'trust', '-U', 'postgres'];
    const [program = '', ...rest] = [...owner.prefix, ...parameters];
    await run(program, rest, { folder });
  }
  const begin = () =>
    startProcess({
      command: [
        join(programs, 'postgres'),
        ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
        ...['-c', 'max_connections=200'],
      ],
      environment: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' },
      folder,
      log: join(folder, 'postgres.log'),
      ...owner.ids,
    });
  const isReady = () => until(`PostgreSQL on port ${port}`, () => isServing(data), READY_MS);
  const server: PostgresServer = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    process: begin(),
    start: async () => {
      server.process = begin();
      await isReady();
    },
    // What Postgres calls a fast shutdown: connections are ended.
    stop: async () => {
      signal(server.process, 'SIGINT');
      await killWhereItStays(server.process);
    },
    kill: () => killProcess(server.process),
    pause: () => signal(server.process, 'SIGSTOP'),
    goOn: () => signal(server.process, 'SIGCONT'),
  };
  await isReady();
  return server;
}

async function killWhereItStays(server: ServiceProcess): Promise<void> {
  const isGone = () => processOf(server.pid).startedAt !== server.startedAt;
  await until('PostgreSQL to end', isGone, READY_MS).catch(() => killProcess(server));
}

/** Its lock file has "ready" in the eighth line once it takes connections. */
function isServing(data: string): boolean {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** It refuses to run as root: then it is given to the user that Debian makes for it. */
async function ownerOf(
  folder: string,
): Promise<{ prefix: string[]; ids: { uid?: number; gid?: number } }> {
  if (process.getuid?.() !== 0) return { prefix: [], ids: {} };
  const uid = Number(await run('id', ['-u', 'postgres']));
  const gid = Number(await run('id', ['-g', 'postgres']));
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  return { prefix: ['runuser', '-u', 'postgres', '--'], ids: { uid, gid } };
}
