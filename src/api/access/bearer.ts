import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { BiotopeError } from '../../model/errors.ts';

const FORM = /^Bearer +([\w.~+/=-]+)$/i;

/** The token of a request, from its header alone. Throws UNAUTHENTICATED where there is none. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string {
  if (authorization === undefined) {
    throw new BiotopeError('UNAUTHENTICATED', {
      message: 'This needs a token.',
      remedy: 'Send it in the header "Authorization: Bearer …".',
    });
  }
  const token = FORM.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new BiotopeError('UNAUTHENTICATED', {
    message: 'The header Authorization is not "Bearer" and a token.',
  });
}

/** Never why: that would help who guesses. */
export function unknownToken(): BiotopeError {
  return new BiotopeError('UNAUTHENTICATED', {
    message:
      'The token is not valid here: it is unknown, has expired, or is meant for somebody else.',
  });
}

/** What RFC 6750 asks of an answer of 401. */
export function challenge(reply: FastifyReply, { hasToken }: { hasToken: boolean }): void {
  const what = hasToken
    ? 'Bearer realm="biotope", error="invalid_token"'
    : 'Bearer realm="biotope"';
  reply.header('www-authenticate', what);
}
