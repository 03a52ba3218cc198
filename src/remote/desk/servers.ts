import type { z } from 'zod';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { HttpsClient } from '../../platform/https/https.ts';
import type { Logger } from '../../platform/logger.ts';
import { send } from '../client/send.ts';

export interface ServersTerms {
  /** Of servers over one store, any of which can answer. At least one. */
  urls: readonly string[];
  https: HttpsClient;
  signal: AbortSignal;
  log: Logger;
}

export interface Question<T> {
  /** Below `/api/v1`. */
  path: string;
  /** Of the order that it is about. */
  token: string;
  /** Made anew for each server that is asked. */
  body(): object;
  schema: z.ZodType<T>;
  answerMaxMs: number;
}

/** Several servers as one: the one that answered last is asked first, and then the others. */
export interface Servers {
  /**
   * Asks each at most once, so a question must bear to be asked twice. Rejects with the last failure
   * where none can answer, which is retryable, and with what one refuses it for.
   */
  ask<T>(question: Question<T>): Promise<T>;
  /** The last question was answered by none. */
  isSilent(): boolean;
}

export function createServers({ urls, https, signal, log }: ServersTerms): Servers {
  let preferred = 0;
  let isSilent = false;

  function answered(at: number): void {
    if (isSilent) log.info({ server: urls[at] }, 'a server answers again');
    preferred = at;
    isSilent = false;
  }

  function failed(error: unknown): void {
    if (!isSilent) log.warn({ err: error }, 'no server answers; they are asked again');
    isSilent = true;
  }

  return {
    isSilent: () => isSilent,
    async ask({ path, token, body, schema, answerMaxMs }) {
      let last: unknown;
      for (let count = 0; count < urls.length; count += 1) {
        const at = (preferred + count) % urls.length;
        const url = urls[at] ?? '';
        try {
          const post = { body: body(), answerMaxMs };
          const answer = await send({ url, token, https, signal }, { path, schema, post });
          answered(at);
          return answer;
        } catch (error) {
          signal.throwIfAborted();
          last = asAbsence(error, url);
          if (!isBiotopeError(last) || !last.entry.retryable) throw last;
        }
      }
      failed(last);
      throw last;
    },
  };
}

/** What stands in front of a server may answer in its place while that is away. */
function asAbsence(error: unknown, url: string): unknown {
  if (!isBiotopeError(error, 'SERVER_ANSWER_INVALID')) return error;
  if (Number(error.facts.status ?? 0) < 500) return error;
  return new BiotopeError('SERVER_UNREACHABLE', {
    message: `The server at ${url} is not behind what answers there.`,
    facts: { server: url },
    cause: error,
  });
}
