/** A place in a Git repository, such as `https://host/org/repo.git//folder?ref=v1` names it. */
export interface GitAddress {
  /** `host`, or `host:port` where a port is named. */
  host: string;
  /** `https://host/org/repo.git` or `ssh://git@host/org/repo.git` */
  url: string;
  /** Folder in the repository, `/`-separated; empty for the whole of it. */
  path: string;
  /** Branch, tag or commit; null: the default branch. */
  ref: string | null;
}

/** What is wrong with an address, and the part of it that is; never one that may hold a password. */
export interface GitAddressFault {
  fault: 'shape' | 'credentials' | 'repository' | 'folder' | 'query' | 'ref';
  part: string;
}

/** Nothing here may begin with `-`, and no part holds what a shell, Git or a URL reads otherwise. */
const ADDRESS =
  /^(?<scheme>https|ssh):\/\/(?:(?<user>[^/@]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9.-]*)(?::(?<port>\d{1,5}))?(?<path>\/[^?#]*)(?:\?(?<query>[^#]*))?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const SEGMENT = /^[A-Za-z0-9_.~+@%-]+$/;
/** As `git clone` takes it: `git@github.com:org/repo.git`. */
const SCP_LIKE = /^(?<login>[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*):(?<path>[^:]+)$/;

const REF_CHARACTERS_MAX = 250;
/** Stricter than Git: what it, a shell or an option parser reads otherwise is no name of a ref. */
const REF_FORBIDDEN = [
  /^[-/.]/,
  /[/.]$/,
  /\.lock$/,
  /\.\./,
  /\/[./]/,
  /@\{/,
  /[\p{Cc}\p{Cs}\s~^:?*[\\]/u,
];

/** By https or ssh, without credentials: an address is recorded. The bound on its length is the caller's. */
export function readGitAddress(text: string): GitAddress | GitAddressFault {
  const { scheme, user, host = '', port, path = '', query = '' } = ADDRESS.exec(text)?.groups ?? {};
  if (scheme === undefined) return { fault: 'shape', part: withoutLogin(text) };
  if (user !== undefined && (scheme === 'https' || !USER.test(user))) {
    return { fault: 'credentials', part: '' };
  }
  const [repository = '', ...folders] = path.slice(1).split('//');
  const plain = repository.replace(/\/$/, '');
  if (!plain.split('/').every(isPlainSegment)) return { fault: 'repository', part: repository };
  const folder = readFolder(folders.join('//'));
  if (folder === null) return { fault: 'folder', part: folders.join('//') };
  const ref = readQuery(query);
  if (ref === undefined) return { fault: 'query', part: `?${query}` };
  if (ref !== null && !isRefName(ref)) return { fault: 'ref', part: ref };
  const authority = `${host.toLowerCase()}${port === undefined ? '' : `:${port}`}`;
  const login = user === undefined ? '' : `${user}@`;
  return { host: authority, url: `${scheme}://${login}${authority}/${plain}`, path: folder, ref };
}

/** `ssh://git@github.com/org/repo.git` for `git@github.com:org/repo.git`; undefined for all others. */
export function fromScpLike(text: string): string | undefined {
  const { login, path = '' } = SCP_LIKE.exec(text)?.groups ?? {};
  return login === undefined ? undefined : `ssh://${login}/${path.replace(/^\/(?!\/)/, '')}`;
}

/** Whether it begins as one does: by ssh, or by https without a login. */
export function looksLikeGitAddress(text: string): boolean {
  const { scheme, user } = ADDRESS.exec(text)?.groups ?? {};
  return scheme === 'ssh' || (scheme === 'https' && user === undefined);
}

export function isCommit(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** What may be a password is not shown again. */
export function withoutLogin(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}

/** A branch, a tag or a commit, as far as we take them. */
function isRefName(text: string): boolean {
  const fits = text !== '' && text.length <= REF_CHARACTERS_MAX;
  return fits && !REF_FORBIDDEN.some((pattern) => pattern.test(text));
}

function isPlainSegment(segment: string): boolean {
  const plain = decoded(segment);
  if (plain === null || !SEGMENT.test(segment)) return false;
  return plain !== '.' && plain !== '..' && !/[\p{Cc}/\\]/u.test(plain);
}

function readFolder(path: string): string | null {
  if (path === '' || path === '/') return '';
  const segments = path.replace(/\/$/, '').split('/').map(decoded);
  return segments.every(isFolderName) ? segments.join('/') : null;
}

function isFolderName(name: string | null): name is string {
  return name !== null && !['', '.', '..'].includes(name) && !/[\p{Cc}\p{Cs}/\\\uFFFD]/u.test(name);
}

/** Null: nothing was asked for; undefined: more than a ref, or something else. */
function readQuery(query: string): string | null | undefined {
  if (query === '') return null;
  const [name, value = '', ...more] = query.split('=');
  if (name !== 'ref' || more.length > 0 || value.includes('&')) return undefined;
  return decoded(value) ?? undefined;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
