import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { BiotopeError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { isSecureUrl } from '../model/secure-url.ts';
import { codeOf, messageOf } from '../model/thrown.ts';
import { makePrivateFolder } from '../platform/private-folder.ts';
import { replaceFile } from '../platform/replace.ts';

/** Where commands go: a server, under a name of the user's own. */
export interface Context {
  /** `https://biotope.example.org` */
  server: string;
  token: string | null;
  /** Plain http is used beyond this machine, where others may read and change it. */
  insecureHttp: boolean;
}

export interface Contexts {
  /** Name of the one in use; null: the data folder of this machine. */
  current: string | null;
  contexts: Record<string, Context>;
}

/** The name that stands for no server: the data folder of this machine. */
export const EMBEDDED = 'embedded';

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
const FILE_BYTES_MAX = 1024 * 1024;
const OTHERS = 0o077;
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

const fileSchema = z.object({
  current: z.string().nullable().default(null),
  contexts: z
    .record(
      z.string(),
      z.object({
        server: z.string(),
        token: z.string().nullable().default(null),
        insecureHttp: z.boolean().default(false),
      }),
    )
    .default({}),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/biotope/contexts.json`; null for a user without a home. */
function contextsFile(environment: Environment): string | null {
  try {
    const folder = environment.XDG_CONFIG_HOME || join(homedir(), '.config');
    return isAbsolute(folder) ? join(folder, 'biotope', 'contexts.json') : null;
  } catch {
    return null;
  }
}

/**
 * None where there is no file. Rejects with CONFIGURATION_INVALID what cannot be read, and a file that
 * others on this machine may read: it holds tokens.
 */
export function readContexts(environment: Environment): Contexts {
  const file = contextsFile(environment);
  if (file === null) return { current: null, contexts: {} };
  try {
    const { mode, size } = statSync(file);
    if (size > FILE_BYTES_MAX) throw new Error('it is too large');
    const known = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const hasToken = Object.values(known.contexts).some(({ token }) => token !== null);
    if (hasToken && (mode & OTHERS) !== 0 && process.platform !== 'win32') throw readableBy(file);
    return known;
  } catch (cause) {
    // Also where the home is none, as in some containers.
    if (ABSENT.has(codeOf(cause) ?? '')) return { current: null, contexts: {} };
    if (cause instanceof BiotopeError) throw cause;
    const why = cause instanceof z.ZodError ? 'it is no file of contexts' : messageOf(cause);
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: `The contexts in ${file} cannot be read: ${why}.`,
      remedy: 'Mend the file, or remove it and add the contexts anew.',
      cause,
    });
  }
}

function readableBy(file: string): BiotopeError {
  return new BiotopeError('CONFIGURATION_INVALID', {
    message: `Others on this machine may read ${file}, which holds tokens.`,
    remedy: `Take that from them: chmod 600 ${file}`,
  });
}

/** Only its owner may read it. */
export function writeContexts(environment: Environment, contexts: Contexts): void {
  const file = contextsFile(environment);
  if (file === null) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: 'There is no folder for settings of this user: HOME and XDG_CONFIG_HOME name none.',
    });
  }
  makePrivateFolder(dirname(file));
  replaceFile(file, `${JSON.stringify(contexts, null, 2)}\n`, { isDurable: true });
}

/** Rejects with CONTEXT_NOT_FOUND. */
export function contextNamed({ contexts }: Contexts, name: string): Context {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  throw new BiotopeError('CONTEXT_NOT_FOUND', {
    message: `There is no context ${withoutPassword(name)}.`,
    remedy:
      didYouMean(name, Object.keys(contexts)) ?? '"biotope context list" shows those that exist.',
    facts: { context: name },
  });
}

/** Rejects with USAGE. */
export function demandContextName(name: string): void {
  if (NAME.test(name) && name !== EMBEDDED) return;
  const why = name === EMBEDDED ? 'it stands for no server' : 'write letters, digits, . _ and -';
  throw new BiotopeError('USAGE', {
    message: `${JSON.stringify(name.slice(0, 100))} cannot be the name of a context: ${why}.`,
  });
}

/** The address of a server, checked; plain http is for this machine alone. Rejects with USAGE. */
export function serverAddress(text: string, insecureHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isHttp || url.username !== '' || url.password !== '') {
    throw new BiotopeError('USAGE', {
      message: `${shown(text)} is no address of a server: write https://HOST, without a name or password.`,
    });
  }
  if (!insecureHttp && !isSecureUrl(text)) {
    throw new BiotopeError('USAGE', {
      message: `${url.origin} is plain http: everybody on the way could read the token and change commands.`,
      remedy: 'Use https, or say --insecure-http where the network is trusted.',
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function shown(text: string): string {
  return JSON.stringify(withoutPassword(text).slice(0, 200));
}

/** Whatever stands in front of a host may be one. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/.*@/, '//…@');
}
