import { BiotopeError } from '../../../model/errors.ts';
import { isSecureUrl } from '../../../model/secure-url.ts';
import { HttpsFailure, type HttpsFailureReason } from '../../../platform/https/failure.ts';
import type { HttpsClient } from '../../../platform/https/https.ts';

export interface FileRequest {
  https: HttpsClient;
  url: URL;
  bytesMax: number;
  signal: AbortSignal;
  /** Bytes so far. */
  onProgress?: (bytes: number) => void;
}

const FETCH_MAX_MS = 30 * 60_000;

/**
 * A whole file. Rejects with TERRAFORM_FETCH_FAILED where the host cannot be reached, answers otherwise,
 * breaks off, is silent for too long or sends more than it may; with the signal's reason once aborted.
 */
export async function fetchFile({ https, ...request }: FileRequest): Promise<Buffer> {
  const { url } = request;
  const answer = await https
    .ask({ ...request, answerMaxMs: FETCH_MAX_MS, demandMayLeadTo: (to) => demandSecure(url, to) })
    .catch((cause) => Promise.reject(failureOf(url, cause)));
  if (answer.status === 200) return answer.body;
  throw fetchFailed('unreachable', `${url} answered ${answer.status}.`);
}

/** Somebody else's redirect leads to no place that could not have been named in the first one's stead. */
function demandSecure(first: URL, to: URL): void {
  if (isSecureUrl(to.href)) return;
  throw fetchFailed('unreachable', `${first} leads to ${to.origin}, which is not https.`);
}

function failureOf(url: URL, cause: unknown): unknown {
  if (!(cause instanceof HttpsFailure)) return cause;
  return fetchFailed(cause.reason, `${url} cannot be fetched: ${cause.message}.`, cause);
}

export type FetchFailure = HttpsFailureReason | 'checksum' | 'signature' | 'archive' | 'platform';

const OTHER_WAYS =
  'Behind a proxy, name it: HTTPS_PROXY (and its certificates: SSL_CERT_FILE)\n' +
  'or name a mirror of the releases: BIOTOPE_TERRAFORM_RELEASES_URL\n' +
  'or install Terraform 1.6 or newer yourself: https://developer.hashicorp.com/terraform/install';

export function fetchFailed(reason: FetchFailure, message: string, cause?: unknown): BiotopeError {
  const facts = { reason };
  return new BiotopeError('TERRAFORM_FETCH_FAILED', { message, detail: OTHER_WAYS, facts, cause });
}
