import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installed, isProgram, run } from './run.ts';

const DEBIAN = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs; installs Debian's package where that can be done. */
export async function getPostgres(): Promise<string> {
  const found = findPostgres();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || installed('apt-get') === undefined) {
    throw new Error('PostgreSQL is needed: install it, or name a server in POSTGRES_URL');
  }
  console.error('installing PostgreSQL (once)');
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { environment });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], {
    environment,
  });
  const now = findPostgres();
  if (now === undefined) throw new Error('PostgreSQL was installed and is not there');
  return now;
}

function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.sort((one, other) => Number(other) - Number(one));
  const folders = newestFirst.map((version) => join(DEBIAN, version, 'bin'));
  const debian = folders.find((folder) => isProgram(join(folder, 'initdb')));
  if (debian !== undefined) return debian;
  return installed('initdb')?.replace(/\/initdb$/, '');
}
