import type { z } from 'zod';
import type { HttpsClient } from '../../platform/https/https.ts';
import { failureOf } from './failures.ts';
import { readAnswer } from './read-answer.ts';

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface Post {
  body: unknown;
  /** `Idempotency-Key`: makes it safe to send again. */
  key?: string;
  /** It is safe to send again without a key. */
  isRepeatable?: boolean;
  answerMaxMs?: number;
}

/** Whose server is asked, and as whom. */
export interface Sender {
  /** `https://biotope.example.org` */
  url: string;
  token: string | null;
  https: HttpsClient;
  signal: AbortSignal;
}

export interface Sending<T> {
  /** Below `/api/v1`. */
  path: string;
  schema: z.ZodType<T>;
  query?: Query;
  post?: Post;
}

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const ANSWER_MAX_MS = 60_000;

/**
 * One request. Rejects with what the server refuses it for, with SERVER_UNREACHABLE or
 * SERVER_ANSWER_INVALID, and with the signal's reason once that is aborted.
 */
export async function send<T>(
  { url, token, https, signal }: Sender,
  { path, schema, query = {}, post }: Sending<T>,
): Promise<T> {
  const place = new URL(`${url.replace(/\/+$/, '')}/api/v1${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== undefined) place.searchParams.append(name, String(one));
    }
  }
  const headers = {
    accept: 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(post === undefined ? {} : { 'content-type': 'application/json' }),
    ...(post?.key === undefined ? {} : { 'idempotency-key': post.key }),
  };
  const body = post === undefined ? undefined : JSON.stringify(post.body);
  const answerMaxMs = post?.answerMaxMs ?? ANSWER_MAX_MS;
  const ask = { url: place, headers, body, signal, answerMaxMs, bytesMax: ANSWER_BYTES_MAX };
  const answer = await https.ask(ask).catch((cause) => {
    throw failureOf(cause, url);
  });
  return readAnswer(answer, { schema, url, path });
}
