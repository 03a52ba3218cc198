import type { z } from 'zod';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createHttps, type Host, type HttpsClient } from '../../platform/https/https.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { failureOf } from './failures.ts';
import { createInsistence } from './insist.ts';
import { readAnswer } from './read-answer.ts';

/** A server's REST API as a client sees it. Paths are below `/api/v1`. */
export interface ApiClient {
  readonly url: string;
  /** Rejects as `post`. */
  get<T>(path: string, schema: z.ZodType<T>, query?: Query): Promise<T>;
  /** As `get`; undefined where the server says of one of these codes. */
  find<T>(
    path: string,
    schema: z.ZodType<T>,
    terms: { absent: readonly string[]; query?: Query },
  ): Promise<T | undefined>;
  /**
   * Rejects with what the server refuses it for, under the same code; with SERVER_UNREACHABLE,
   * SERVER_ANSWER_INVALID, and with the signal's reason once that is aborted. What carries a key is
   * sent again where the connection is lost: the server knows it by the key.
   */
  post<T>(path: string, schema: z.ZodType<T>, request: Post): Promise<T>;
  close(): void;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface Post {
  body: unknown;
  /** `Idempotency-Key`: makes it safe to send again. */
  key?: string;
  /** It is safe to send again without a key. */
  isRepeatable?: boolean;
  answerMaxMs?: number;
}

export interface ClientTerms {
  /** `https://biotope.example.org` */
  url: string;
  token: string | null;
  host: Host;
  signal: AbortSignal;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Called once when a server that had answered is silent, and once when it answers again. */
  onSilence?(isSilent: boolean): void;
}

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const ANSWER_MAX_MS = 60_000;

/** Throws CONFIGURATION_INVALID where a proxy or its certificates cannot be used. */
export function createApiClient(terms: ClientTerms): ApiClient {
  const { url, host, clock } = terms;
  const https = createHttps({ host, clock, keepAlive: true });
  const ended = new AbortController();
  const signal = AbortSignal.any([terms.signal, ended.signal]);
  const insist = createInsistence({ ...terms, signal });
  const sender = { ...terms, https, signal };
  const get = <T>(path: string, schema: z.ZodType<T>, query: Query = {}) =>
    insist(() => send(sender, { path, schema, query }));
  return {
    url,
    get,
    find: (path, schema, { absent, query }) =>
      get(path, schema, query).catch((error) => {
        if (isBiotopeError(error) && absent.includes(error.code)) return undefined;
        throw error;
      }),
    post: (path, schema, post) => {
      const attempt = () => send(sender, { path, schema, query: {}, post });
      const isSafe = post.key !== undefined || post.isRepeatable === true;
      return isSafe ? insist(attempt) : attempt();
    },
    close: () => {
      ended.abort(new BiotopeError('INTERRUPTED', { message: 'The client was closed.' }));
      https.close();
    },
  };
}

interface Sending<T> {
  path: string;
  schema: z.ZodType<T>;
  query: Query;
  post?: Post;
}

async function send<T>(
  { url, token, https, signal }: ClientTerms & { https: HttpsClient },
  { path, schema, query, post }: Sending<T>,
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
