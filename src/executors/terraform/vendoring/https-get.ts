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
  body: string;
}

export interface Get {
  url: URL;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Asks by HTTPS as Terraform does: through the proxy that the environment names, trusting what Node
 * trusts, the system, and SSL_CERT_FILE. Redirects are answers. Rejects with SOURCE_UNAVAILABLE, or
 * with LIMIT_EXCEEDED where the answer is too long.
 */
export function createHttps(host: Host): { get(ask: Get): Promise<Answer>; close(): void } {
  const agent = agentFor(host);
  return {
    get: async ({ url, headers = {}, signal }) => {
      try {
        return await ask(url, { agent, headers, signal });
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
  const options = { ca: certificates(host), timeout: TIMEOUT_MS };
  try {
    return new Agent({ ...options, proxyEnv: { ...host } });
  } catch {
    // What it says may hold the address, and that a password.
    const message = 'The proxy that the environment names (HTTPS_PROXY) is no address.';
    throw new BiotopeError('SOURCE_UNAVAILABLE', { message });
  }
}

function certificates({ SSL_CERT_FILE: file }: Host): string[] {
  const own = file === undefined || file === '' ? [] : [readFileSync(file, 'utf8')];
  return [...getCACertificates('default'), ...getCACertificates('system'), ...own];
}

function ask(
  url: URL,
  {
    agent,
    headers,
    signal,
  }: { agent: Agent; headers: Record<string, string>; signal: AbortSignal },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: { accept: 'application/json', 'user-agent': 'biotope', ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      readBody(url, response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    sent.end();
  });
}

async function readBody(url: URL, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      response.destroy();
      const message = `${url.origin} answers with more than ${BODY_BYTES_MAX} bytes.`;
      throw new BiotopeError('LIMIT_EXCEEDED', { message });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unavailable(url: URL, cause: unknown): BiotopeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BiotopeError('SOURCE_UNAVAILABLE', {
    message: `${url.host} cannot be asked now: ${why}`,
    facts: { url: url.href },
    cause,
  });
}
