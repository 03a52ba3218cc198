import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { withSource } from '../../../src/compose/publishing/sources.ts';
import { type Config, configSchema } from '../../../src/config/schema.ts';
import { type GitServer, type GitServerOptions, serveGit } from '../../support/git-server.ts';
import { createRepository, type Repository } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { templateText } from '../../unit/catalog/folders.ts';

/** A Git host on this machine with one repository, and this process allowed to fetch from it. */
export interface Rig {
  server: GitServer;
  repository: Repository;
  /** `git::https://…/shop.git` */
  address: string;
  /** Everything for temporary files goes here: what is left can be seen. */
  temporary: string;
  fetch(source: string, settings?: Settings): Promise<Fetched>;
}

export interface Settings {
  config?: object;
  signal?: AbortSignal;
}

export interface Fetched {
  /** Content by path; programs end with `*`. */
  files: Record<string, string>;
  commit: string | null;
  source: unknown;
  label: string;
}

export const TEMPLATE = { 'template.yaml': templateText() };

export async function openRig(options: GitServerOptions = {}): Promise<Rig> {
  const server = await serveGit(options);
  const temporary = temporaryFolder();
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('GIT_SSL_CAINFO', server.certificate);
  const repository = createRepository(join(server.root, 'shop.git'));
  return {
    server,
    repository,
    address: `git::https://${server.host}/shop.git`,
    temporary,
    fetch: (source, settings) => fetchFrom(server, source, settings),
  };
}

async function fetchFrom(
  server: GitServer,
  source: string,
  { config = {}, signal = new AbortController().signal }: Settings = {},
): Promise<Fetched> {
  const request = { source, config: configFor(server, config), signal, notify: () => {} };
  return withSource(request, async (place) => ({
    files: filesOf(place.folder),
    commit: await place.commitOf([]),
    source: place.source,
    label: place.label,
  }));
}

function configFor({ host }: GitServer, config: object): Config {
  return configSchema.parse({ catalog: { gitHosts: [host] }, ...config });
}

function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).sort();
  return Object.fromEntries(
    files.map((path) => {
      const isProgram = (statSync(join(folder, path)).mode & 0o100) !== 0;
      return [isProgram ? `${path}*` : path, readFileSync(join(folder, path), 'utf8')];
    }),
  );
}

/** Nothing may be left of a fetch, however it ended. */
export function expectNothingLeft({ temporary }: Rig): void {
  expect(readdirSync(temporary)).toEqual([]);
}
