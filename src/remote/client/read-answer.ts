import type { z } from 'zod';
import { problemSchema } from '../../documents/schema/problem.ts';
import { BiotopeError, ERRORS, type ErrorCode } from '../../model/errors.ts';
import type { Answer } from '../../platform/https/https.ts';

interface Asked<T> {
  schema: z.ZodType<T>;
  url: string;
  path: string;
}

/**
 * The document, or throws what the server refused the request for. What a newer server tells besides
 * is left out.
 */
export function readAnswer<T>(answer: Answer, asked: Asked<T>): T {
  const { status, body } = answer;
  const document = parseJson(body);
  if (status < 200 || status > 299) throw refusal(status, document, asked);
  const parsed = asked.schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : ` (${issue.path.join('.') || 'it'}: ${issue.message})`;
  throw notUnderstood(
    asked,
    `${asked.path} answers something else than this version expects${where}`,
  );
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function refusal<T>(status: number, document: unknown, asked: Asked<T>): BiotopeError {
  const problem = problemSchema.safeParse(document).data;
  if (problem === undefined) {
    return notUnderstood(asked, `it answers with status ${status} alone`, { status });
  }
  const { code, detail: message, lines, facts } = problem;
  if (code === 'ROUTE_NOT_FOUND') return noSuchRoute(asked);
  if (!isKnown(code)) return notUnderstood(asked, `${message} (${code})`);
  return new BiotopeError(code, {
    message,
    facts,
    ...(lines.length === 0 ? {} : { detail: lines.join('\n') }),
  });
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function noSuchRoute<T>({ url, path }: Asked<T>): BiotopeError {
  return new BiotopeError('SERVER_ANSWER_INVALID', {
    message: `The server at ${url} does not know /api/v1${path}: it is of another version than this program.`,
    remedy: '"biotope doctor" tells both versions.',
    facts: { server: url },
  });
}

function notUnderstood<T>({ url }: Asked<T>, why: string, facts: object = {}): BiotopeError {
  return new BiotopeError('SERVER_ANSWER_INVALID', {
    message: `The answer of ${url} is not understood: ${why}.`,
    remedy: 'Check that a Biotope server answers there, and its version: "biotope doctor".',
    facts: { server: url, ...facts },
  });
}
