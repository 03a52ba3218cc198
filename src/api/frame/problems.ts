import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isForTheLog, problemDocument } from '../../documents/problem.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { ApiContext } from './context.ts';
import { createRouteTable } from './route-table.ts';

const PROBLEM_TYPE = 'application/problem+json';
const LINES_MAX = 20;

/** Whatever goes wrong is answered as a problem (RFC 9457); what is nobody's fault but ours is logged. */
export function answerProblems(app: FastifyInstance, { log }: Pick<ApiContext, 'log'>): void {
  const routes = createRouteTable(app);
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = asRefusal(thrown);
    const { code, entry } = error;
    if (isForTheLog(code) || (entry.httpStatus >= 500 && !entry.retryable)) {
      log.error({ err: thrown, requestId: request.id }, 'a request could not be answered');
    }
    return sendProblem(reply, error, request);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsOf(request.url);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    return sendProblem(reply, allowed.length > 0 ? noMethod(request) : noRoute(request), request);
  });
}

/** The address itself cannot be read: no route, no hook and no name of the request yet. */
export function answerUnreadable(
  _error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const message = `The address ${JSON.stringify(pathOf(request.url))} is not percent-encoded text.`;
  sendProblem(reply, new BiotopeError('REQUEST_INVALID', { message }), request);
}

/** What is no HTTP at all. There is no request to name. */
export function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new BiotopeError('REQUEST_INVALID', { message: 'This is no HTTP request.' });
  const body = JSON.stringify(problemDocument(refusal, 'unknown'));
  const head = [
    'HTTP/1.1 400 Bad Request',
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function sendProblem(
  reply: FastifyReply,
  error: BiotopeError,
  request: FastifyRequest,
): FastifyReply {
  const problem = problemDocument(error, request.id);
  if (error.entry.retryable && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', RETRY_AFTER_SECONDS);
  }
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem));
}

const RETRY_AFTER_SECONDS = '2';

function asRefusal(thrown: FastifyError): BiotopeError {
  if (isBiotopeError(thrown)) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalid(thrown);
  const code = FASTIFY_CODES[thrown.code];
  if (code !== undefined) return new BiotopeError(code, { message: thrown.message });
  const status = thrown.statusCode ?? 500;
  return new BiotopeError(status >= 400 && status < 500 ? 'REQUEST_INVALID' : 'INTERNAL', {
    message: `The request is not understood: ${thrown.message}`,
    cause: thrown,
  });
}

const FASTIFY_CODES: Readonly<
  Record<string, 'REQUEST_TOO_LARGE' | 'MEDIA_TYPE_UNSUPPORTED' | undefined>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
};

interface Invalid {
  validation: readonly { instancePath: string; message?: string }[];
  validationContext?: string;
}

/** All that is wrong at once. What was written is not repeated: it may be a secret. */
function invalid({ validation, validationContext = 'request' }: Invalid): BiotopeError {
  const where = validationContext === 'querystring' ? 'query' : validationContext;
  const lines = validation.map(
    ({ instancePath, message = 'is not understood' }) =>
      `${[where, ...instancePath.split('/').filter((part) => part !== '')].join('.')}: ${message}`,
  );
  const told = lines.slice(0, LINES_MAX);
  return new BiotopeError('REQUEST_INVALID', {
    message: `The request is not understood: ${told[0] ?? where}.`,
    detail: told.join('\n'),
  });
}

function noRoute({ url }: FastifyRequest): BiotopeError {
  return new BiotopeError('ROUTE_NOT_FOUND', {
    message: `Nothing is at ${JSON.stringify(pathOf(url))}. GET /api/v1/openapi.json tells what there is.`,
  });
}

function noMethod({ method, url }: FastifyRequest): BiotopeError {
  return new BiotopeError('METHOD_NOT_ALLOWED', {
    message: `${JSON.stringify(pathOf(url))} does not know ${method}.`,
  });
}

const PATH_CHARACTERS_MAX = 200;

function pathOf(url: string): string {
  return url.split('?', 1).join('').slice(0, PATH_CHARACTERS_MAX);
}
