import { existsSync } from 'node:fs';
import { BiotopeError } from '../model/errors.ts';
import type { TemplateSource } from '../model/template.ts';
import { readRef } from './git/ref.ts';

/** Where a template is to be taken from, as a person wrote it. */
export type Source = { kind: 'folder'; folder: string } | GitSource;

export interface GitSource extends TemplateSource {
  kind: 'git';
  /** `host`, or `host:port` where a port is named. */
  host: string;
}

const PREFIX = 'git::';
const SHAPE = 'git::https://HOST/ORG/REPOSITORY.git//FOLDER?ref=TAG';
const CHARACTERS_MAX = 2_000;

/** Nothing here may begin with `-`, and no part holds what a shell, Git or a URL reads otherwise. */
const ADDRESS =
  /^(?<scheme>https|ssh):\/\/(?:(?<user>[^/@]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9.-]*)(?::(?<port>\d{1,5}))?(?<path>\/[^?#]*)(?:\?(?<query>[^#]*))?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const SEGMENT = /^[A-Za-z0-9_.~+@%-]+$/;
/** As `git clone` takes it: `git@github.com:org/repo.git`. */
const SCP_LIKE = /^(?<login>[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*):(?<path>[^:]+)$/;

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
export function requireAllowedHost({ host }: GitSource, hosts: readonly string[]): void {
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
  const { scheme, user, host = '', port, path = '', query } = ADDRESS.exec(text)?.groups ?? {};
  if (scheme === undefined) throw refuse(withoutLogin(PREFIX + text), hintFor(text));
  requireNoCredentials(scheme, user);
  const [repository = '', ...folders] = path.slice(1).split('//');
  const authority = `${host.toLowerCase()}${port === undefined ? '' : `:${port}`}`;
  const login = user === undefined ? '' : `${user}@`;
  return {
    kind: 'git',
    host: authority,
    url: `${scheme}://${login}${authority}/${readRepository(repository)}`,
    path: readFolder(folders.join('//')),
    ref: readQuery(query ?? ''),
  };
}

function requireNoCredentials(scheme: string, user: string | undefined): void {
  if (user === undefined || (scheme === 'ssh' && USER.test(user))) return;
  throw new BiotopeError('USAGE', {
    message:
      'The address of the repository holds credentials, which would be recorded with the template. ' +
      'Leave out what stands before "@": Git asks your credential helper, or your SSH agent.',
  });
}

function readRepository(path: string): string {
  const segments = path.replace(/\/$/, '').split('/');
  if (segments.every(isPlainSegment)) return segments.join('/');
  throw refuse(path, 'The path of the repository is missing, or has characters it cannot have.');
}

function isPlainSegment(segment: string): boolean {
  const plain = decoded(segment);
  if (plain === null || !SEGMENT.test(segment)) return false;
  return plain !== '.' && plain !== '..' && !/[\p{Cc}/\\]/u.test(plain);
}

function readFolder(path: string): string {
  const segments = path.replace(/\/$/, '').split('/').map(decoded);
  if (path === '' || path === '/') return '';
  if (segments.every(isFolderName)) return segments.join('/');
  throw refuse(path, 'Name a folder of the repository, without "." and "..".');
}

function isFolderName(name: string | null): name is string {
  return name !== null && !['', '.', '..'].includes(name) && !/[\p{Cc}/\\\uFFFD]/u.test(name);
}

function readQuery(query: string): string | null {
  if (query === '') return null;
  const [name, value = '', ...more] = query.split('=');
  const ref = decoded(value);
  if (name === 'ref' && ref !== null && more.length === 0 && !value.includes('&')) {
    return readRef(ref);
  }
  throw refuse(`?${query}`, 'Nothing but ?ref=BRANCH, TAG or COMMIT may follow the address.');
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function looksRemote(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?::|\/\/)/i.test(text) || SCP_LIKE.test(text);
}

/** The same address as we take it, where that can be told. */
function hintFor(text: string): string {
  const { login, path } = SCP_LIKE.exec(text)?.groups ?? {};
  if (login !== undefined) return `Write it as ${PREFIX}ssh://${login}/${path}.`;
  const { scheme, user } = ADDRESS.exec(text)?.groups ?? {};
  if (scheme === 'ssh' || (scheme === 'https' && user === undefined)) {
    return `Write it as ${PREFIX}${withoutPassword(text)}.`;
  }
  return `Templates come from a folder, or by https or ssh from ${SHAPE}.`;
}

function withoutPassword(text: string): string {
  return text.replace(/:[^/@:]*@/, '@');
}

/** What may be a password is not shown again. */
function withoutLogin(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}

function refuse(given: string, hint: string): BiotopeError {
  const shown = JSON.stringify(given.slice(0, 200));
  return new BiotopeError('USAGE', {
    message: `${shown} is no place of a template. ${hint}`,
  });
}
