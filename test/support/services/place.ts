import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What was fetched or built once for all tests; it may be deleted at any time nothing of it runs. */
export function cacheFolder(...parts: string[]): string {
  const base =
    process.env.BIOTOPE_TEST_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'biotope-test');
  return madeFolder(join(base, ...parts));
}

export function madeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Ports that nobody listens on now. All are held until the last one is known: no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a port has no number');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listenAnywhere() {
  return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
