import nodeVault from 'node-vault';
import { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Clock } from '../../platform/clock.ts';
import { createHttps, type Host, type HttpsClient } from '../../platform/https/https.ts';
import { isSegment } from '../../platform/paths.ts';
import type { VaultCall } from './call.ts';
import { refusalOf, silenceOf } from './failures.ts';

/** `isFound` is false for 404, which may come with a body: a version that was destroyed has one. */
export interface VaultReply {
  isFound: boolean;
  body: JsonObject;
}

export interface VaultClient {
  /**
   * Rejects with PATH_INVALID, with SYSTEM_UNAVAILABLE where Vault is away, sealed or without an active
   * node, and with SYSTEM_FORBIDDEN and SYSTEM_REFUSED for what it does not do. No error holds what Vault said or was sent.
   */
  send(call: VaultCall, token: string | null, signal: AbortSignal): Promise<VaultReply>;
  close(): void;
}

/** The largest secret, as JSON, with room for what is around it; lists come in one piece as well. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** Calls end sooner: with the signal of their circuit breaker. */
const ANSWER_MAX_MS = 60_000;

/**
 * Requests and answers are node-vault's, the connection is ours. By itself it would take settings from
 * variables named VAULT_*, trust anybody where VAULT_SKIP_VERIFY is "false", follow redirects with the
 * token, wait for ever, and print secrets where DEBUG says so.
 */
export function createVaultClient(terms: {
  url: string;
  namespace: string | null;
  host: Host;
  clock: Clock;
}): VaultClient {
  const { url, namespace, host, clock } = terms;
  const https = createHttps({ host, clock, keepAlive: true });
  const client = nodeVault({
    endpoint: url.replace(/\/+$/, ''),
    debug: () => {},
    'request-promise': { defaults: () => (options: Options) => exchange(https, options) },
  });
  Object.assign(client, { token: '', pathPrefix: '', namespace: namespace ?? '' });
  return {
    send: async (call, token, signal) => {
      const { path, query, body } = call;
      demandPlain(path);
      const asked = query === undefined ? '' : `?${new URLSearchParams(query)}`;
      const headers = {
        'x-vault-request': 'true',
        ...(token === null ? {} : { 'X-Vault-Token': token }),
      };
      const method = body === undefined ? 'GET' : 'POST';
      try {
        const request = { path: `/${path}${asked}`, method, headers, json: body ?? true, signal };
        return { isFound: true, body: objectOf(await client.request(request)) };
      } catch (error) {
        signal.throwIfAborted();
        const answer = answerOf(error);
        if (answer === undefined) throw silenceOf(error);
        const said = objectOf(answer.body);
        if (isAbsence(answer.statusCode, said)) return { isFound: false, body: said };
        throw refusalOf(call, answer.statusCode, wordsOf(said));
      }
    },
    close: () => https.close(),
  };
}

interface Options {
  uri: string;
  headers: Record<string, string>;
  json: JsonObject | true;
  signal: AbortSignal;
}

/** `path` is what node-vault looks at to tell a health check, which a secret may be named like. */
async function exchange(https: HttpsClient, { uri, headers, json, signal }: Options) {
  const isPost = json !== true;
  const { status, body } = await https.ask({
    url: new URL(uri),
    headers: isPost ? { ...headers, 'content-type': 'application/json' } : headers,
    body: isPost ? JSON.stringify(json) : undefined,
    signal,
    bytesMax: ANSWER_BYTES_MAX,
    answerMaxMs: ANSWER_MAX_MS,
  });
  return { statusCode: status, body: parsed(body), request: { path: '' } };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Of a proxy, or empty: the status says enough.
    return undefined;
  }
}

/** Names may become part of paths: none leads elsewhere. */
function demandPlain(path: string): void {
  if (path.split('/').every(isSegment)) return;
  const message = `The path ${JSON.stringify(path.slice(0, 200))} is none for Vault.`;
  throw new BiotopeError('PATH_INVALID', { message });
}

function answerOf(error: unknown): { statusCode: number; body: unknown } | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) {
    return undefined;
  }
  const body = 'body' in response ? response.body : undefined;
  return { statusCode: Number(response.statusCode), body };
}

/** Where there is no such engine the answer has words; where there is no such secret it has none. */
function isAbsence(status: number, body: JsonObject): boolean {
  return status === 404 && wordsOf(body).length === 0;
}

function wordsOf({ errors }: JsonObject): string[] {
  return Array.isArray(errors) ? errors.filter((word) => typeof word === 'string') : [];
}

function objectOf(body: unknown): JsonObject {
  return isJsonObject(body) ? body : {};
}
