import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { getCACertificates } from 'node:tls';
import { BiotopeError } from '../../../model/errors.ts';

/** Variables of the worker's own environment: a proxy and its certificates are the site's. */
export type Host = Readonly<Record<string, string | undefined>>;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Get {
  url: URL;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Of the answer. Default: what a registry may say. */
  bytesMax?: number;
}

const SILENCE_MAX_MS = 30_000;
const ANSWER_MAX_MS = 10 * 60_000;
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Asks by HTTPS as Terraform does: through the proxy that the environment names, trusting what Node
 * trusts, the system, and SSL_CERT_FILE. Redirects are answers. Rejects with SOURCE_UNAVAILABLE, or
 * with LIMIT_EXCEEDED where the answer is too long.
 */
export function createHttps(host: Host): { get(ask: Get): Promise<Answer>; close(): void } {
  const agent = agentFor(host);
  return {
    get: async ({ url, headers = {}, signal, bytesMax = BODY_BYTES_MAX }) => {
      try {
        return await ask(url, { agent, headers, signal, bytesMax });
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof BiotopeError) throw cause;
        throw unavailable(url, cause);
      }
    },
    close: () => agent.destroy(),
  };
}

function agentFor(host: Host): Agent {
  const ca = certificates(host);
  try {
    return new Agent({ ca, proxyEnv: { ...host } });
  } catch {
    // What it says may hold the address, and that a password.
    const message = 'The proxy that the environment names (HTTPS_PROXY) is no address.';
    throw new BiotopeError('SOURCE_UNAVAILABLE', { message });
  }
}

function certificates({ SSL_CERT_FILE: file }: Host): string[] {
  const known = [...getCACertificates('default'), ...getCACertificates('system')];
  if (file === undefined || file === '') return known;
  try {
    return [...known, readFileSync(file, 'utf8')];
  } catch (cause) {
    const message = `The certificates that SSL_CERT_FILE names (${file}) cannot be read.`;
    throw new BiotopeError('SOURCE_UNAVAILABLE', { message, cause });
  }
}

interface Asking extends Required<Omit<Get, 'url'>> {
  agent: Agent;
}

function ask(url: URL, { agent, headers, signal, bytesMax }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MAX_MS)]),
      headers: { accept: 'application/json', 'user-agent': 'biotope', ...headers },
    });
    sent.on('error', reject);
    sent.setTimeout(SILENCE_MAX_MS, () => {
      sent.destroy(new Error(`nothing came for ${SILENCE_MAX_MS / 1_000} s`));
    });
    sent.on('response', (response) => {
      readBody(url, response, bytesMax).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    sent.end();
  });
}

async function readBody(url: URL, response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      response.destroy();
      const message = `${url.origin} answers with more than ${bytesMax} bytes.`;
      throw new BiotopeError('LIMIT_EXCEEDED', { message });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unavailable(url: URL, cause: unknown): BiotopeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BiotopeError('SOURCE_UNAVAILABLE', {
    message: `${url.host} cannot be asked now: ${why}`,
    facts: { url: url.origin + url.pathname },
    cause,
  });
}
