import type { FastifyReply } from 'fastify';

/** Aborted once nobody waits for the answer any more. */
export function leavingOf(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  if (reply.raw.destroyed) left.abort();
  else reply.raw.once('close', () => left.abort());
  return left.signal;
}
