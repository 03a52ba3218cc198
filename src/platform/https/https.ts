import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../clock.ts';
import { certificatesOf } from './certificates.ts';
import { HttpsFailure } from './failure.ts';
import { proxyEnvironment } from './proxy.ts';

/** Variables of the process's own environment: a proxy and its certificates are the site's. */
export type Host = Readonly<Record<string, string | undefined>>;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Ask {
  url: URL;
  /** For this address alone: where it leads on, they do not go. */
  headers?: Record<string, string>;
  /** Sent with POST; without one it is a GET. */
  body?: string | undefined;
  signal: AbortSignal;
  /** Of the answer's body. */
  bytesMax: number;
  /** From the question to the last byte. */
  answerMaxMs: number;
  /** Throws where a redirect may not lead. Absent: redirects are answers. */
  demandMayLeadTo?(url: URL): void;
  /** Bytes of the body so far. */
  onProgress?(bytes: number): void;
}

export interface HttpsClient {
  /**
   * Rejects with HttpsFailure where the host cannot be reached, breaks off, is silent for too long,
   * sends more than it may or leads on without an end; with the signal's reason once aborted.
   */
  ask(ask: Ask): Promise<Answer>;
  close(): void;
}

const SILENCE_MAX_MS = 30_000;
const REDIRECTS_MAX = 5;

interface HttpsTerms {
  host: Host;
  clock: Clock;
  /** The connection is used again for what is asked next. */
  keepAlive?: boolean;
}

/**
 * Asks as Terraform does: through the proxy that the environment names, trusting what Node trusts, the
 * system, and SSL_CERT_FILE. Whether plain http may be asked is the caller's to decide. Throws
 * CONFIGURATION_INVALID where one of these variables cannot be used.
 */
export function createHttps({ host, clock, keepAlive = false }: HttpsTerms): HttpsClient {
  const agents = agentsFor(host, keepAlive);
  return {
    ask: async (ask) => {
      const late = new AbortController();
      const patience = createPatience(clock, late, ask.answerMaxMs);
      const signal = AbortSignal.any([ask.signal, late.signal]);
      try {
        return await follow({ ...ask, signal, agents, hear: patience.hear });
      } catch (cause) {
        ask.signal.throwIfAborted();
        if (isBiotopeError(cause) || cause instanceof HttpsFailure) throw cause;
        throw new HttpsFailure('unreachable', reasonOf(late.signal.reason ?? cause), { cause });
      } finally {
        patience.end();
      }
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
}

function agentsFor(host: Host, keepAlive: boolean): Agents {
  const ca = certificatesOf(host);
  const terms = { proxyEnv: proxyEnvironment(host), keepAlive };
  return { http: new HttpAgent(terms), https: new HttpsAgent({ ...terms, ca }) };
}

/** Gives up after a time in all, and after a time in which nothing was heard. */
function createPatience(clock: Clock, late: AbortController, answerMaxMs: number) {
  const giveUp = (why: string) => () => late.abort(new Error(why));
  const end = clock.setTimer(answerMaxMs, giveUp(`it took more than ${answerMaxMs / 1_000} s`));
  const watch = () =>
    clock.setTimer(SILENCE_MAX_MS, giveUp(`nothing came for ${SILENCE_MAX_MS / 1_000} s`));
  let silence = watch();
  return {
    hear: () => {
      silence.cancel();
      silence = watch();
    },
    end: () => {
      end.cancel();
      silence.cancel();
    },
  };
}

interface Asking extends Ask {
  agents: Agents;
  hear(): void;
}

async function follow({ headers = {}, ...asking }: Asking): Promise<Answer> {
  const { demandMayLeadTo } = asking;
  let { url } = asking;
  for (let count = 0; count <= REDIRECTS_MAX; count += 1) {
    const response = await send({ ...asking, url, headers: count === 0 ? headers : {} });
    const { statusCode: status = 0, headers: said } = response;
    const isRedirect = status >= 300 && status <= 399 && said.location !== undefined;
    if (demandMayLeadTo === undefined || !isRedirect) {
      return { status, headers: said, body: await readBody(response, asking) };
    }
    response.destroy();
    url = new URL(said.location ?? '', url);
    demandMayLeadTo(url);
  }
  throw new HttpsFailure('unreachable', `it leads on more than ${REDIRECTS_MAX} times`);
}

function send({ url, agents, headers, body, signal, hear }: Asking): Promise<IncomingMessage> {
  const isPlain = url.protocol === 'http:';
  const terms: RequestOptions = {
    method: body === undefined ? 'GET' : 'POST',
    agent: isPlain ? agents.http : agents.https,
    signal,
    headers: { 'user-agent': 'biotope', ...headers },
  };
  return new Promise((resolve, reject) => {
    const sent = isPlain ? httpRequest(url, terms) : httpsRequest(url, terms);
    sent.on('error', reject);
    sent.on('response', (response) => {
      hear();
      resolve(response);
    });
    sent.end(body);
  });
}

async function readBody(
  response: IncomingMessage,
  { bytesMax, hear, onProgress }: Asking,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    hear();
    bytes += chunk.length;
    if (bytes > bytesMax) {
      response.destroy();
      throw new HttpsFailure('too-large', `it sends more than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
    onProgress?.(bytes);
  }
  return Buffer.concat(chunks, bytes);
}

/** Where several addresses of a host were tried, only the code says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
