import { existsSync } from 'node:fs';
import { BiotopeError } from '../model/errors.ts';
import {
  fromScpLike,
  type GitAddress,
  type GitAddressFault,
  looksLikeGitAddress,
  readGitAddress,
  withoutLogin,
} from '../model/git-address.ts';
import type { TemplateSource } from '../model/template.ts';

/** Where a template is to be taken from, as a person wrote it. */
export type Source = { kind: 'folder'; folder: string } | GitSource;

export interface GitSource extends GitAddress {
  kind: 'git';
}

const PREFIX = 'git::';
const SHAPE = 'git::https://HOST/ORG/REPOSITORY.git//FOLDER?ref=TAG';
const CHARACTERS_MAX = 2_000;

/**
 * A folder, or a place in a Git repository. Rejects with USAGE what is neither, and whatever holds
 * credentials: the address is recorded.
 */
export function readSource(text: string): Source {
  if (text.startsWith(PREFIX)) return readGitSource(text.slice(PREFIX.length));
  if (looksRemote(text) && !existsSync(text)) throw refuse(withoutLogin(text), hintFor(text));
  return { kind: 'folder', folder: text };
}

/** The address as it can be given again. */
export function sourceText({ url, path, ref }: TemplateSource): string {
  const folder = path === '' ? '' : `//${path.split('/').map(encodeURIComponent).join('/')}`;
  const query = ref === null ? '' : `?ref=${ref.split('/').map(encodeURIComponent).join('/')}`;
  return `${PREFIX}${url}${folder}${query}`;
}

/** Rejects with SOURCE_REFUSED where configuration does not name the host. */
export function requireAllowedHost({ host }: GitAddress, hosts: readonly string[]): void {
  if (hosts.includes(host)) return;
  const known = hosts.length === 0 ? 'none' : hosts.join(', ');
  throw new BiotopeError('SOURCE_REFUSED', {
    message:
      `Nothing may be fetched from ${host}: allowed are ${known}. Templates and modules run code ` +
      'here: if you trust the host, add it to catalog.gitHosts in the configuration.',
    facts: { host, hosts },
  });
}

function readGitSource(text: string): GitSource {
  if (text.length > CHARACTERS_MAX) throw refuse(`${text.slice(0, 80)}…`, 'It is too long.');
  const address = readGitAddress(text);
  if ('fault' in address) throw refuseAddress(address, text);
  return { kind: 'git', ...address };
}

function refuseAddress({ fault, part }: GitAddressFault, text: string): BiotopeError {
  if (fault === 'shape') return refuse(`${PREFIX}${part}`, hintFor(text));
  const message = REFUSALS[fault];
  return fault === 'credentials' ? new BiotopeError('USAGE', { message }) : refuse(part, message);
}

const REFUSALS: Record<Exclude<GitAddressFault['fault'], 'shape'>, string> = {
  credentials:
    'The address of the repository holds credentials, which would be recorded with the template. ' +
    'Leave out what stands before "@": Git asks your credential helper, or your SSH agent.',
  repository: 'The path of the repository is missing, or has characters it cannot have.',
  folder: 'Name a folder of the repository, without "." and "..".',
  query: 'Nothing but ?ref=BRANCH, TAG or COMMIT may follow the address.',
  ref: 'This is no name of a branch, a tag or a commit: give one after ?ref=, such as ?ref=v1.2.0.',
};

function looksRemote(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?::|\/\/)/i.test(text) || fromScpLike(text) !== undefined;
}

/** The same address as we take it, where that can be told. */
function hintFor(text: string): string {
  if (text.startsWith('http://')) return `Use https: ${SHAPE}.`;
  if (/^(?:[/~]|\.\.?\/)/.test(text)) return `For a folder leave out "${PREFIX}".`;
  const ssh = fromScpLike(text);
  if (ssh !== undefined) return `Write it as ${PREFIX}${ssh}.`;
  if (looksLikeGitAddress(text)) return `Write it as ${PREFIX}${withoutPassword(text)}.`;
  return `Templates come from a folder, or by https or ssh from ${SHAPE}.`;
}

function withoutPassword(text: string): string {
  return text.replace(/:[^/@:]*@/, '@');
}

function refuse(given: string, hint: string): BiotopeError {
  const shown = JSON.stringify(given.slice(0, 200));
  return new BiotopeError('USAGE', {
    message: `${shown} is no place of a template. ${hint}`,
  });
}
