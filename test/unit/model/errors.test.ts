import { describe, expect, test } from 'vitest';
import {
  BiotopeError,
  ERRORS,
  type ErrorCode,
  type ErrorKind,
  isBiotopeError,
  standsUntilMended,
} from '../../../src/model/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

/** What callers build on: the exit codes of the CLI and the status codes of HTTP. */
const EXPECTED: Record<ErrorKind, { exitCode: number; httpStatus: number }> = {
  usage: { exitCode: 64, httpStatus: 400 },
  invalid: { exitCode: 1, httpStatus: 422 },
  'not-found': { exitCode: 1, httpStatus: 404 },
  conflict: { exitCode: 1, httpStatus: 409 },
  limit: { exitCode: 1, httpStatus: 413 },
  unavailable: { exitCode: 1, httpStatus: 503 },
  failed: { exitCode: 1, httpStatus: 500 },
  cancelled: { exitCode: 1, httpStatus: 409 },
  timeout: { exitCode: 124, httpStatus: 504 },
  internal: { exitCode: 1, httpStatus: 500 },
};

/** HTTP has a status of its own for these. */
const OWN_STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  METHOD_NOT_ALLOWED: 405,
  MEDIA_TYPE_UNSUPPORTED: 415,
};

describe('the table of errors', () => {
  test.for(codes.filter((code) => code !== 'INTERRUPTED'))(
    'derives exit code and status of %s from its kind',
    (code) => {
      const { kind, exitCode, httpStatus, summary } = ERRORS[code];
      const expected = EXPECTED[kind];
      expect(exitCode).toBe(expected.exitCode);
      expect(httpStatus).toBe(OWN_STATUS[code] ?? expected.httpStatus);
      expect(summary).toMatch(/^[A-Z].*\.$/);
    },
  );

  test('gives an interruption the exit code of its signal', () => {
    expect(ERRORS.INTERRUPTED).toMatchObject({ kind: 'cancelled', exitCode: 130 });
  });

  test('has every kind', () => {
    expect(new Set(codes.map((code) => ERRORS[code].kind))).toEqual(new Set(Object.keys(EXPECTED)));
  });

  test('says of few that trying again may help', () => {
    // A command that is refused with one of these is delivered again; with any other it is not.
    expect(codes.filter((code) => ERRORS[code].retryable)).toEqual([
      'SOURCE_UNAVAILABLE',
      'PROVIDER_UNAVAILABLE',
      'STORE_CONFLICT',
      'STORE_UNAVAILABLE',
      'BUS_UNAVAILABLE',
      'SYSTEM_UNAVAILABLE',
      'IDENTITY_UNAVAILABLE',
      'RATE_LIMITED',
      'SERVER_UNREACHABLE',
      'SERVER_NOT_READY',
      'SERVER_FULL',
    ]);
  });
});

describe('what stands until somebody mends it', () => {
  test.for([
    ['PARAMETERS_INVALID', true],
    ['KEY_CONFLICT', true],
    ['LIMIT_EXCEEDED', true],
    ['STORE_CONFLICT', false],
    ['TERRAFORM_FAILED', false],
    ['STORE_UNAVAILABLE', false],
  ] as const)('%s: %s', ([code, stands]) => expect(standsUntilMended(code)).toBe(stands));
});

describe('an error', () => {
  test('keeps its cause and facts, and knows its entry', () => {
    const cause = new Error('ENOSPC');
    const error = new BiotopeError('STORE_UNAVAILABLE', {
      message: 'The store cannot be written.',
      facts: { path: 'x.db' },
      cause,
    });
    expect(error.cause).toBe(cause);
    expect(error).toMatchObject({
      name: 'BiotopeError',
      facts: { path: 'x.db' },
      detail: undefined,
      entry: ERRORS.STORE_UNAVAILABLE,
    });
    expect(error).toBeInstanceOf(Error);
    expect('cause' in new BiotopeError('INTERNAL', { message: 'x' })).toBe(false);
  });

  test('tells what to do behind what happened, and knows both apart', () => {
    const message = 'No template fits "a. B". It is gone.';
    const remedy = 'Publish it.';
    expect(new BiotopeError('TEMPLATE_NOT_FOUND', { message, remedy })).toMatchObject({
      message: `${message} ${remedy}`,
      what: message,
      remedy,
    });
    const bare = new BiotopeError('TEMPLATE_NOT_FOUND', { message });
    expect(bare).toMatchObject({ message, what: message, remedy: undefined });
  });

  test('is told from others by its code', () => {
    const error = new BiotopeError('RUN_FAILED', { message: 'x' });
    expect(isBiotopeError(error)).toBe(true);
    expect(isBiotopeError(error, 'RUN_FAILED')).toBe(true);
    expect(isBiotopeError(error, 'RUN_CANCELLED')).toBe(false);
    expect(isBiotopeError(new Error('x'))).toBe(false);
    expect(isBiotopeError({ code: 'RUN_FAILED' })).toBe(false);
    expect(isBiotopeError(undefined)).toBe(false);
  });
});
