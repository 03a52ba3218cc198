import { isArangoError, isNetworkError } from 'arangojs/errors';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';

/** As breakers, health and errors name it. */
export const ARANGO = 'arango';

/**
 * What went wrong, as the port says it; ours pass unchanged. Never repeats what the server or the driver
 * said: that may hold statements, values, hosts and users.
 */
export function arangoFailure(error: unknown): BiotopeError {
  if (isBiotopeError(error)) {
    if (error.code !== 'SYSTEM_UNAVAILABLE') return error;
    return away('does not answer: it is asked again soon.', { cause: error });
  }
  const answer = answerOf(error);
  if (answer !== undefined) return refusal(answer, stripped(error));
  const code = networkCode(error);
  if (!isNetworkError(error) && !(error instanceof SyntaxError) && code === null) {
    return new BiotopeError('INTERNAL', {
      message: 'The store made a mistake on its way to ArangoDB.',
      cause: stripped(error),
    });
  }
  return away(`cannot be reached${code === null ? '' : ` (${code})`}.`, {
    cause: stripped(error),
    remedy: 'Check that it runs, and arango.url. What waits goes on by itself when it is back.',
  });
}

export function closedFailure(): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: 'The connection to ArangoDB is closed: this process is stopping.',
  });
}

export function readOnlyFailure(): BiotopeError {
  return away('may only be read now.', {});
}

/**
 * Another transaction was in the way, and this one was taken back: the whole of it, looking anew, may
 * succeed. A revision that was named and is old (412) is not among them.
 */
export function isWorthRetrying(error: unknown): boolean {
  const number = arangoNumber(error);
  if (number === undefined) return false;
  return number === CONFLICT ? !isStale(error) : number in IN_THE_WAY;
}

/** The revision that was named is not the document's any more: read it again before anything else. */
export function isStale(error: unknown): boolean {
  return arangoNumber(error) === CONFLICT && statusOf(error) === 412;
}

/** Whether the server refused with this number. */
export function isNumber(error: unknown, number: number): boolean {
  return arangoNumber(error) === number;
}

/**
 * Numbers of errors: https://docs.arangodb.com/3.12/develop/error-codes/
 */
export const NUMBERS = {
  forbidden: 11,
  conflict: 1200,
  documentNotFound: 1202,
  collectionNotFound: 1203,
  duplicateName: 1207,
  uniqueViolated: 1210,
  databaseNotFound: 1228,
  schemaViolated: 1620,
  graphExists: 1925,
} as const;

const CONFLICT = NUMBERS.conflict;

const IN_THE_WAY: Record<number, string> = {
  18: 'a lock was not free in time',
  28: 'a lock was taken',
  29: 'two transactions waited for each other',
  1210: 'another transaction took the same place',
  1654: 'the transaction was ended by the server',
  1655: 'the transaction was forgotten by the server',
};

/** By number: what means that nothing can be read or written now. */
const ADVICE: Record<number, { why: string; remedy?: string }> = {
  [NUMBERS.forbidden]: {
    why: 'does not let this user work in the database.',
    remedy: 'Give the user of arango.username access to the database of arango.database.',
  },
  30: { why: 'is stopping.' },
  [NUMBERS.collectionNotFound]: {
    why: 'lacks a collection that is needed.',
    remedy: 'Start a server of this version once. Where that does not help, restore a backup.',
  },
  [NUMBERS.databaseNotFound]: {
    why: 'has no such database any more.',
    remedy: 'Somebody dropped it: restore it, or begin again with an empty one.',
  },
  1500: { why: 'took too long for a statement.' },
};

const REFUSED: Record<number, string> = {
  [NUMBERS.documentNotFound]: 'a document that it has just told of is not there',
  [NUMBERS.schemaViolated]: 'a document does not fit the schema of its collection',
};

interface Answer {
  /** HTTP's. */
  status: number;
  number: number | undefined;
}

function answerOf(error: unknown): Answer | undefined {
  const number = arangoNumber(error);
  const status = statusOf(error);
  return number === undefined && status === undefined ? undefined : { status: status ?? 0, number };
}

function refusal({ status, number }: Answer, cause: Error): BiotopeError {
  const facts = factsOf({ status, number });
  if (number === CONFLICT && status === 412) {
    return new BiotopeError('STORE_CONFLICT', {
      message: 'A document in ArangoDB was changed meanwhile. Read it again and decide anew.',
      facts,
      cause,
    });
  }
  if (number === CONFLICT || (number !== undefined && number in IN_THE_WAY)) {
    const why = IN_THE_WAY[number] ?? 'another transaction wrote the same';
    return new BiotopeError('STORE_UNAVAILABLE', {
      message: `ArangoDB, which holds the data, took the transaction back: ${why}. Try again.`,
      facts,
      cause,
    });
  }
  const advice = number === undefined ? undefined : ADVICE[number];
  if (advice !== undefined) return away(advice.why, { ...advice, facts, cause });
  if (status === 401 || status === 403) {
    const remedy = 'Check arango.username and arango.password.';
    return away('refuses the login.', { remedy, facts, cause });
  }
  if (status >= 500) return away(`reports an error of its own (${status}).`, { facts, cause });
  const why = number === undefined ? `answer ${status}` : (REFUSED[number] ?? `error ${number}`);
  return new BiotopeError('INTERNAL', {
    message: `ArangoDB refused what the store sent: ${why}.`,
    facts,
    cause,
  });
}

interface Terms {
  remedy?: string | undefined;
  facts?: Record<string, number | null>;
  cause?: unknown;
}

function away(why: string, { remedy, facts, cause }: Terms): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `ArangoDB, which holds the data, ${why}`,
    ...(remedy === undefined ? {} : { remedy }),
    facts: { system: ARANGO, ...facts },
    ...(cause === undefined ? {} : { cause }),
  });
}

function factsOf({ status, number }: Answer) {
  return { httpStatus: status, arangoError: number ?? null };
}

/** Of the driver's error, or of ours that was made from it. */
function arangoNumber(error: unknown): number | undefined {
  if (isArangoError(error)) return error.errorNum;
  const fact = isBiotopeError(error) ? error.facts.arangoError : undefined;
  return typeof fact === 'number' ? fact : undefined;
}

function statusOf(error: unknown): number | undefined {
  const fact = isBiotopeError(error) ? error.facts.httpStatus : undefined;
  if (typeof fact === 'number') return fact;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

const CAUSES_MAX = 5;

function networkCode(error: unknown): string | null {
  let at = error;
  for (let depth = 0; depth < CAUSES_MAX && at instanceof Error; depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^(E|UND_)[A-Z_]+$/.test(at.code)) {
      return at.code;
    }
    at = at.cause;
  }
  return null;
}

/** Its kind, without its words. */
function stripped(error: unknown): Error {
  const code = arangoNumber(error) ?? statusOf(error) ?? networkCode(error);
  const kind = error instanceof Error ? error.name : typeof error;
  return new Error(`ArangoDB: ${kind}${code === null ? '' : ` ${code}`}`);
}
