import { codeOf } from '../../model/thrown.ts';
import { NotAllowedError } from './addresses.ts';

/** A name is resolved by the system, which cannot be interrupted. */
export function orAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
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
export function reasonOf(error: unknown, signal: AbortSignal | undefined): string {
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
