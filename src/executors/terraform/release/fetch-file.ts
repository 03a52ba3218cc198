import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import { isSecureUrl } from '../../../model/secure-url.ts';
import type { Clock } from '../../../platform/clock.ts';

export interface FileRequest {
  url: URL;
  bytesMax: number;
  signal: AbortSignal;
  clock: Clock;
  /** Bytes so far. */
  onProgress?: (bytes: number) => void;
}

const SILENCE_MAX_MS = 30_000;
const FETCH_MAX_MS = 30 * 60_000;
const REDIRECTS_MAX = 5;

/**
 * A whole file. Rejects with TERRAFORM_FETCH_FAILED where the host cannot be reached, answers otherwise,
 * breaks off, is silent for too long or sends more than it may; with the signal's reason once aborted.
 */
export async function fetchFile(request: FileRequest): Promise<Buffer> {
  const { url, clock, signal } = request;
  const late = new AbortController();
  const giveUp = (why: string) => () => late.abort(new Error(why));
  const end = clock.setTimer(FETCH_MAX_MS, giveUp(`it took ${FETCH_MAX_MS / 60_000} minutes`));
  const watch = () =>
    clock.setTimer(SILENCE_MAX_MS, giveUp(`nothing came for ${SILENCE_MAX_MS / 1_000} s`));
  let silence = watch();
  const hear = () => {
    silence.cancel();
    silence = watch();
  };
  try {
    const response = await follow(url, AbortSignal.any([signal, late.signal]));
    return await readBody(response, request, hear);
  } catch (cause) {
    signal.throwIfAborted();
    if (isBiotopeError(cause)) throw cause;
    const why = reasonOf(late.signal.reason ?? cause);
    throw fetchFailed('unreachable', `${url} cannot be fetched: ${why}.`, cause);
  } finally {
    end.cancel();
    silence.cancel();
  }
}

/** Somebody else's redirect leads to no place that could not have been named in the first one's stead. */
async function follow(first: URL, signal: AbortSignal): Promise<Response> {
  let url = first;
  for (let count = 0; count <= REDIRECTS_MAX; count += 1) {
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status === 200) return response;
    await response.body?.cancel();
    if (response.status < 300 || response.status > 399 || location === null) {
      throw fetchFailed('unreachable', `${url} answered ${response.status}.`);
    }
    url = new URL(location, url);
    if (!isSecureUrl(url.href)) {
      throw fetchFailed('unreachable', `${first} leads to ${url.origin}, which is not https.`);
    }
  }
  throw fetchFailed('unreachable', `${first} leads on more than ${REDIRECTS_MAX} times.`);
}

async function readBody(
  response: Response,
  { url, bytesMax, onProgress }: FileRequest,
  hear: () => void,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    hear();
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw fetchFailed('too-large', `${url} is larger than ${bytesMax} bytes.`);
    }
    chunks.push(chunk);
    onProgress?.(bytes);
  }
  return Buffer.concat(chunks, bytes);
}

/** `fetch` itself only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : error.message;
}

export type FetchFailure =
  | 'unreachable'
  | 'too-large'
  | 'checksum'
  | 'signature'
  | 'archive'
  | 'platform';

const OTHER_WAYS =
  'Behind a proxy, name it: HTTPS_PROXY\n' +
  'or name a mirror of the releases: BIOTOPE_TERRAFORM_RELEASES_URL\n' +
  'or install Terraform 1.6 or newer yourself: https://developer.hashicorp.com/terraform/install';

export function fetchFailed(reason: FetchFailure, message: string, cause?: unknown): BiotopeError {
  const facts = { reason };
  return new BiotopeError('TERRAFORM_FETCH_FAILED', { message, detail: OTHER_WAYS, facts, cause });
}
