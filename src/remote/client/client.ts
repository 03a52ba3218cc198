import type { z } from 'zod';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createHttps, type Host } from '../../platform/https/https.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createInsistence } from './insist.ts';
import { type Post, type Query, send } from './send.ts';

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
