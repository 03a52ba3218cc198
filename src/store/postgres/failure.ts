import { BiotopeError, isBiotopeError } from '../../model/errors.ts';

/** As breakers, health and errors name it. */
const POSTGRES = 'postgres';

/**
 * What went wrong, as the port's STORE_UNAVAILABLE; ours pass unchanged. Never repeats what the server or
 * the driver said: that may hold statements, values, hosts and users.
 */
export function postgresFailure(error: unknown): BiotopeError {
  if (isBiotopeError(error)) {
    if (error.code !== 'SYSTEM_UNAVAILABLE') return error;
    return unavailable('does not answer: it is asked again soon.', { cause: error });
  }
  const state = sqlState(error);
  if (state === undefined) {
    const code = networkCode(error);
    return unavailable(`cannot be reached${code === null ? '' : ` (${code})`}.`, {
      cause: stripped(error),
      remedy: 'Check that it runs, and postgres.url. What waits goes on by itself when it is back.',
    });
  }
  const advice = adviceFor(state);
  if (advice !== undefined) return unavailable(advice.why, { ...advice, state });
  return new BiotopeError('INTERNAL', {
    message: `PostgreSQL refused a statement of the store (${state}).`,
    facts: { sqlState: state },
    cause: stripped(error),
  });
}

interface Terms {
  remedy?: string | undefined;
  state?: string | undefined;
  cause?: unknown;
}

function unavailable(why: string, { remedy, state, cause }: Terms): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `PostgreSQL, which holds the data, ${why}`,
    ...(remedy === undefined ? {} : { remedy }),
    facts: { system: POSTGRES, ...(state === undefined ? {} : { sqlState: state }) },
    ...(cause === undefined ? {} : { cause }),
  });
}

export function closedFailure(): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: 'The connection to PostgreSQL is closed: this process is stopping.',
  });
}

/** Undefined: no answer of the server, so that nobody can tell what it did. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;
}

/** Another transaction was in the way: the same again may succeed. */
export function isWorthRetrying(error: unknown): boolean {
  const state = isBiotopeError(error) ? error.facts.sqlState : sqlState(error);
  return state === '40001' || state === '40P01';
}

/** Whether the connection went with it: by the server's word, or with no word at all. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || /^(08|57P|25P03)/.test(state);
}

const SERVER_AWAY = { why: 'is starting or stopping.' };

/** By SQLSTATE or its class: what means that nothing can be read or written now. */
const ADVICE: Record<string, { why: string; remedy?: string }> = {
  '08': { why: 'cannot be reached.' },
  '57P01': SERVER_AWAY,
  '57P02': SERVER_AWAY,
  '57P03': SERVER_AWAY,
  '57014': { why: 'took too long for a statement.' },
  '55P03': { why: 'took too long for a statement.' },
  '25P03': { why: 'ended a transaction that was idle for too long.' },
  '25006': {
    why: 'may only be read now.',
    remedy:
      'Name the primary server in postgres.url: this one is a standby, or switched to reading.',
  },
  '28': { why: 'refuses the login.', remedy: 'Check user and password in postgres.url.' },
  '3D': {
    why: 'has no such database.',
    remedy: 'Create it, or correct its name in postgres.url.',
  },
  '42501': {
    why: 'does not let this user work in the schema.',
    remedy: 'Let the user of postgres.url create and use the schema of postgres.schema.',
  },
  '53100': {
    why: 'has no space left on its disk.',
    remedy: 'Free some, then it goes on by itself.',
  },
  '53300': {
    why: 'takes no more connections.',
    remedy: 'Raise max_connections there, or end others.',
  },
  '53': { why: 'is short of memory or disk.' },
  '58': { why: 'reports an error of its system.' },
  XX: { why: 'reports an error of its own.' },
};

function adviceFor(state: string) {
  return ADVICE[state] ?? ADVICE[state.slice(0, 2)];
}

function networkCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code) ? error.code : null;
}

/** Its place in the code, without its words. */
function stripped(error: unknown): Error {
  const code = sqlState(error) ?? networkCode(error) ?? 'connection';
  return new Error(`PostgreSQL: ${code}`);
}
