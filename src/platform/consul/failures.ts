import { BiotopeError } from '../../model/errors.ts';

/**
 * What the package rejects with, as our errors. Its own errors hold the request with its token, so
 * none of them is ever kept as a cause.
 */
export function consulFailure(error: unknown, { right }: { right: string }): Error {
  if (error instanceof BiotopeError) return error;
  const { statusCode, text } = answerOf(error);
  if (statusCode === undefined) return away(networkReason(error));
  if (statusCode === 403 || /permission denied|ACL not found/i.test(text)) {
    return /ACL not found/i.test(text) ? unknownToken() : lacksRight(right);
  }
  if (statusCode >= 500 || statusCode === 429) return away(`it answered ${statusCode}: ${text}`);
  if (statusCode === 413) return tooLarge(text);
  return new BiotopeError('SYSTEM_REFUSED', {
    message: `Consul refused a request with ${statusCode}: ${text}`,
    facts: { refusedBy: 'consul', statusCode },
  });
}

function away(reason: string): BiotopeError {
  return new BiotopeError('SYSTEM_UNAVAILABLE', {
    message: `Consul cannot be used: ${reason}.`,
    facts: { system: 'consul' },
  });
}

/** `right`: as policies write it. */
export function lacksRight(right: string): BiotopeError {
  return new BiotopeError('SYSTEM_FORBIDDEN', {
    message: `Consul refuses what its token may not do: the token needs ${right}.`,
    facts: { refusedBy: 'consul', right },
  });
}

function unknownToken(): BiotopeError {
  return new BiotopeError('SYSTEM_FORBIDDEN', {
    message:
      'Consul does not know the token: it was deleted, has expired, or belongs to another Consul.',
    facts: { refusedBy: 'consul' },
  });
}

function tooLarge(text: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `Consul takes no request of this size: ${text}`,
    facts: { refusedBy: 'consul' },
  });
}

const TEXT_CHARACTERS_MAX = 300;

/** The status of a refusal and what it says; no status where there was no answer at all. */
export function answerOf(error: unknown): { statusCode?: number; body: unknown; text: string } {
  if (!(error instanceof Error) || !('isResponse' in error) || !('response' in error)) {
    return { body: undefined, text: '' };
  }
  const { response } = error;
  if (typeof response !== 'object' || response === null) return { body: undefined, text: '' };
  const { statusCode, body } = response as { statusCode?: number; body?: unknown };
  const said = typeof body === 'string' || Buffer.isBuffer(body) ? String(body) : error.message;
  return {
    ...(statusCode === undefined ? {} : { statusCode }),
    body,
    text: said.trim().slice(0, TEXT_CHARACTERS_MAX),
  };
}

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}
