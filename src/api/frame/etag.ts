import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Answers that are documents get an ETag; who has the same already is told so, without the document. */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isDocument = typeof payload === 'string' && request.method === 'GET';
    if (!isDocument || reply.statusCode !== 200 || reply.hasHeader('cache-control')) {
      return done(null, payload);
    }
    const tag = `"${hash('sha1', payload, 'base64url')}"`;
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (!isAmong(request.headers['if-none-match'], tag)) return done(null, payload);
    reply.code(304);
    done(null, null);
  });
}

function isAmong(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
