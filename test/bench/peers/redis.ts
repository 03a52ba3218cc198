import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { withFolder } from '../folder.ts';
import { debianPeer } from './peers.ts';

const PACKAGES = ['redis-tools', 'redis-server', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const TRIES_MAX = 200;
const PAUSE_MS = 25;

export interface RedisProgram {
  command: string;
  env: NodeJS.ProcessEnv;
}

/** The machine's own, or Debian's, unpacked into a folder. */
export async function redisProgram(peersFolder: string): Promise<RedisProgram> {
  const own = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'redis-server'));
  const command = own.find((file) => existsSync(file));
  if (command !== undefined) return { command, env: process.env };
  const folder = await debianPeer(peersFolder, 'redis', PACKAGES);
  const libraries = join(folder, 'usr/lib');
  const places = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))];
  return {
    command: join(folder, 'usr/bin/redis-server'),
    env: { ...process.env, LD_LIBRARY_PATH: places.join(':') },
  };
}

export function redisVersion({ command, env }: RedisProgram): string {
  const said = execFileSync(command, ['--version'], { env, encoding: 'utf8' });
  return /v=(\S+)/.exec(said)?.[1] ?? 'unknown';
}

/** Every command is on the disk before it is answered: what `synchronous=FULL` is for us. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];

/** On a loopback port of its own, in a folder that goes with it. */
export function withRedis<T>(
  program: RedisProgram,
  work: (port: number) => Promise<T>,
): Promise<T> {
  return withFolder((dir) => serve(program, dir, work));
}

async function serve<T>(
  { command, env }: RedisProgram,
  dir: string,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', dir];
  const child = spawn(command, [...place, ...DURABLE], { env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    await untilReached(port, child);
    return await work(port);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function untilReached(port: number, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await isReached(port)) return;
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`redis-server does not answer on port ${port}`);
}

function isReached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
