import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../place.ts';
import { run } from './run.ts';

/** How somebody else's client of AMQP is started. */
export interface AmqpTools {
  publish: string;
  environment: Record<string, string>;
}

/** The command-line clients of librabbitmq, in C, as Debian has them; unpacked, not installed. */
export async function getAmqpTools(): Promise<AmqpTools> {
  const tree = join(cacheFolder('amqp-tools'), 'tree');
  if (!existsSync(tree)) {
    const growing = `${tree}.${process.pid}`;
    mkdirSync(growing, { recursive: true });
    await run('apt-get', ['update', '-qq']);
    const download = 'cd "$1" && apt-get download -qq -o APT::Sandbox::User=root $2';
    await run('sh', ['-c', download, 'sh', growing, 'amqp-tools librabbitmq4 libpopt0']);
    for (const name of readdirSync(growing)) {
      await run('dpkg', ['-x', join(growing, name), join(growing, 'root')]);
    }
    renameSync(growing, tree);
  }
  const folders = ['root/usr/lib', 'root/lib'].map((name) => join(tree, name)).filter(existsSync);
  const libraries = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  );
  return {
    publish: join(tree, 'root/usr/bin/amqp-publish'),
    environment: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}
