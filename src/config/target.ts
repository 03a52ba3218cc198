import { readFileSync } from 'node:fs';
import { BiotopeError } from '../model/errors.ts';
import { messageOf } from '../model/thrown.ts';
import { contextNamed, EMBEDDED, readContexts, serverAddress } from './contexts.ts';

/** The server that a command talks to. */
export interface Target {
  url: string;
  token: string | null;
  /** Name of its context; null where the address was given. */
  context: string | null;
}

export interface TargetRequest {
  flags: {
    data?: string | undefined;
    server?: string | undefined;
    'token-file'?: string | undefined;
    'insecure-http'?: boolean | undefined;
  };
  environment: Readonly<Record<string, string | undefined>>;
}

const TOKEN_CHARACTERS_MAX = 16_384;

/**
 * --server > --data > BIOTOPE_CONTEXT > the context in use. Undefined: no server, the data folder of
 * this machine. Rejects with USAGE, CONTEXT_NOT_FOUND, CONFIGURATION_INVALID.
 */
export function chooseTarget({ flags, environment }: TargetRequest): Target | undefined {
  const chosen = chosenPlace({ flags, environment });
  if (chosen === undefined) return undefined;
  const token = tokenFrom(flags, environment) ?? chosen.token;
  return { ...chosen, token };
}

function chosenPlace({ flags, environment }: TargetRequest): Target | undefined {
  const insecureHttp = flags['insecure-http'] ?? false;
  if (flags.server !== undefined) {
    if (flags.data !== undefined) {
      throw new BiotopeError('USAGE', {
        message: '--server and --data exclude each other: say where it is to be done.',
      });
    }
    return { url: serverAddress(flags.server, insecureHttp), token: null, context: null };
  }
  if (flags.data !== undefined) return undefined;
  const named = environment.BIOTOPE_CONTEXT;
  if (named === EMBEDDED) return undefined;
  const known = readContexts(environment);
  const name = named === undefined || named === '' ? known.current : named;
  if (name === null) return undefined;
  const context = contextNamed(known, name);
  const url = serverAddress(context.server, insecureHttp || context.insecureHttp);
  return { url, token: context.token, context: name };
}

function tokenFrom(
  flags: TargetRequest['flags'],
  environment: TargetRequest['environment'],
): string | undefined {
  const file = flags['token-file'];
  if (file !== undefined) return readToken(file);
  return tokenOf(environment);
}

/** The token for whichever server. Rejects with USAGE what is none. */
export function tokenOf({
  BIOTOPE_TOKEN: token,
}: TargetRequest['environment']): string | undefined {
  return token === undefined || token === '' ? undefined : checkToken(token, 'BIOTOPE_TOKEN');
}

/** `-` is standard input. Rejects with USAGE. */
export function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const message = `The token cannot be read from ${file}: ${messageOf(cause)}.`;
    throw new BiotopeError('USAGE', { message, cause });
  }
  return checkToken(text.trim(), file);
}

/** What may stand in the header of a request. The text itself is not repeated: it is a secret. */
function checkToken(token: string, origin: string): string {
  if (/^[\x21-\x7e]+$/.test(token) && token.length <= TOKEN_CHARACTERS_MAX) return token;
  throw new BiotopeError('USAGE', {
    message: `What ${origin} holds is no token: one line of letters, digits and signs.`,
  });
}
