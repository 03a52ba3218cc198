import { codeOf } from '../../model/thrown.ts';
import type { Probe, ProbeAnswer } from '../probe.ts';
import { NotAllowedError, type Resolve, systemResolve } from './addresses.ts';
import type { HttpAnswer } from './http.ts';
import { askTcp } from './tcp.ts';

/** Asks over the network. Refuses link-local and metadata addresses. */
export function createNetworkProbe({ resolve = systemResolve }: { resolve?: Resolve } = {}): Probe {
  return async (endpoint, timeoutMs, signal) => {
    // Node's HTTP takes longer to load than most commands: it is loaded where somebody is asked.
    const http = endpoint.kind === 'http' ? await import('./http.ts') : null;
    const startedAtMs = performance.now();
    const time = AbortSignal.timeout(timeoutMs);
    const both = signal === undefined ? time : AbortSignal.any([time, signal]);
    const tookMs = () => Math.round(performance.now() - startedAtMs);
    try {
      if (http !== null) {
        const asked = http.askHttp(endpoint.target, { signal: both, resolve });
        const answer = await orAborted(asked, both);
        return judge(answer, endpoint.expectStatus, tookMs());
      }
      await orAborted(askTcp(endpoint.target, { signal: both, resolve }), both);
      return { alive: true, detail: `connected in ${tookMs()} ms` };
    } catch (error) {
      const isTimeUp = time.aborted && signal?.aborted !== true;
      const detail = isTimeUp ? `no answer within ${timeoutMs} ms` : reasonOf(error, signal);
      return { alive: false, detail };
    }
  };
}

function judge({ status, text }: HttpAnswer, expected: number[], tookMs: number): ProbeAnswer {
  const alive = expected.length === 0 ? status < 400 : expected.includes(status);
  const told = `${status} ${text.slice(0, TEXT_CHARACTERS_MAX)}`.trim();
  const wanted = alive ? '' : `, expected ${expected.join(' or ') || 'less than 400'}`;
  return { alive, detail: `${told} in ${tookMs} ms${wanted}` };
}

const TEXT_CHARACTERS_MAX = 60;

/** A name is resolved by the system, which cannot be interrupted. */
function orAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name was not found',
  EAI_AGAIN: 'the name cannot be resolved now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'connecting took too long',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  ERR_INVALID_URL: 'the address is not a URL',
};

/** Never the message of a library: it may hold the address with its credentials. */
function reasonOf(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return 'stopped';
  if (error instanceof NotAllowedError) return error.message;
  const code = firstCodeOf(error);
  if (code?.startsWith('HPE_')) return 'the answer is not HTTP';
  if (code !== undefined) return REASONS[code] ?? `failed (${code})`;
  return error instanceof Error ? error.message : 'failed';
}

/** Where several addresses failed, the first failure stands for all. */
function firstCodeOf(error: unknown): string | undefined {
  const isSeveral = error instanceof AggregateError && error.errors.length > 0;
  return isSeveral ? firstCodeOf(error.errors[0]) : codeOf(error);
}
