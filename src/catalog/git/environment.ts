import { devNull } from 'node:os';

/**
 * What Git sees while it fetches for us. Nothing of the repository is ever run: it is read as
 * objects, without a work tree, hooks, filters or submodules. Of the user's own configuration only
 * what logs in is taken (credential helpers, proxies and certificates, how SSH is started), never
 * what would run on content (filters, hooks, templates) or lead elsewhere (`insteadOf`).
 */
export type Variables = Record<string, string>;

/** One line of Git's configuration. */
export interface Setting {
  key: string;
  value: string;
}

/** Logging in, proxies and certificates: the site's and the user's, not the template's. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSH_AUTH_SOCK',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
];

/** Whatever switches off a check, or follows to another host, is not among them. */
const TAKEN = [
  /^credential\..*$/,
  /^http\.(?:.*\.)?(?:proxy|proxyauthmethod|proxyssl[a-z]+|sslca(?:info|path)|sslcert(?:type|passwordprotected)?|sslkey(?:type)?|sslbackend|schannel[a-z]+|pinnedpubkey|extraheader|emptyauth|delegation|cookiefile)$/,
  /^ssh\.variant$/,
];

const FIXED: Variables = {
  'core.hooksPath': devNull,
  'core.attributesFile': devNull,
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'protocol.allow': 'never',
  'protocol.https.allow': 'always',
  'protocol.ssh.allow': 'always',
  'http.followRedirects': 'false',
  'http.sslVerify': 'true',
  'fetch.recurseSubmodules': 'false',
  // One pack however small, so that one bound holds for all that is fetched.
  'fetch.unpackLimit': '1',
  'fetch.fsckObjects': 'true',
  // Harmless, and in the history of many repositories.
  'fetch.fsck.zeroPaddedFilemode': 'ignore',
  'fetch.fsck.badTimezone': 'ignore',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

/** To ask Git for the user's own configuration: all of it is read, nothing of it is run. */
export function readingEnvironment(host: NodeJS.ProcessEnv): Variables {
  const own = Object.keys(host).filter((name) => name.startsWith('GIT_CONFIG_'));
  return { ...taken(host, ['PATH', 'HOME', 'XDG_CONFIG_HOME', ...own]), LC_ALL: 'C' };
}

/** However Git is run: nothing is asked, run on content, fetched later or read in place of another. */
const ALWAYS: Variables = {
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  GIT_LFS_SKIP_SMUDGE: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  LC_ALL: 'C',
};

/**
 * To ask the repository that a folder lies in for names and digests. The user's own configuration
 * holds, because it says whose repositories are trusted (`safe.directory`).
 */
export function askingEnvironment(host: NodeJS.ProcessEnv): Variables {
  const only: Variables = { GIT_OPTIONAL_LOCKS: '0', GIT_ALLOW_PROTOCOL: 'none' };
  return { ...readingEnvironment(host), ...ALWAYS, ...only };
}

/** `git config --null --list`: the settings that are taken of it, in their order. */
export function readSettings(listed: string): { login: Setting[]; sshCommand: string | undefined } {
  const all = listed.split('\0').flatMap((line) => {
    const [key = '', ...value] = line.split('\n');
    return key === '' ? [] : [{ key, value: value.length === 0 ? 'true' : value.join('\n') }];
  });
  return {
    login: all.filter(({ key }) => TAKEN.some((pattern) => pattern.test(key))),
    sshCommand: all.findLast(({ key }) => key === 'core.sshcommand')?.value,
  };
}

export function fetchEnvironment(
  host: NodeJS.ProcessEnv,
  { login, sshCommand }: ReturnType<typeof readSettings>,
  passEnvironment: readonly string[],
): Variables {
  return {
    ...taken(host, passEnvironment),
    ...taken(host, PASSED),
    ...configuration([...login, ...Object.entries(FIXED).map(([key, value]) => ({ key, value }))]),
    // The user's own SSH, which never asks: there is nobody to answer.
    GIT_SSH_COMMAND: host.GIT_SSH_COMMAND ?? sshCommand ?? 'ssh -o BatchMode=yes',
    ...taken(host, ['GIT_SSH_VARIANT']),
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    ...ALWAYS,
  };
}

/** By the environment and not by arguments: a header may hold a token. */
function configuration(settings: readonly Setting[]): Variables {
  const numbered = settings.flatMap(({ key, value }, at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) };
}

function taken(host: NodeJS.ProcessEnv, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = host[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
