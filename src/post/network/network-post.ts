import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { certificatesOf } from '../../platform/https/certificates.ts';
import {
  isPrivateAddress,
  NotAllowedError,
  pinned,
  type Resolve,
  type ResolvedAddress,
  resolveHost,
  systemResolve,
} from '../../platform/network/addresses.ts';
import { orAborted, reasonOf } from '../../platform/network/failures.ts';
import type { Post, PostAnswer, PostRequest } from '../post.ts';
import { retryAfterMs } from './retry-after.ts';

interface Terms {
  resolve?: Resolve;
  /** The process's environment: whom it trusts. */
  host?: Readonly<Record<string, string | undefined>>;
}

/**
 * Posts over the network, straight: through no proxy, and to those addresses alone that were checked.
 * Link-local and metadata addresses are refused, those of private networks unless they are allowed.
 */
export function createNetworkPost({
  resolve = systemResolve,
  host = process.env,
}: Terms = {}): Post {
  let certificates: string[] | undefined;
  const ca = () => {
    certificates ??= certificatesOf(host);
    return certificates;
  };
  return async (request, signal) => {
    const time = AbortSignal.timeout(request.timeoutMs);
    const both = AbortSignal.any([time, signal]);
    try {
      return await orAborted(post(request, { signal: both, resolve, ca }), both);
    } catch (error) {
      signal.throwIfAborted();
      const late = `no answer within ${request.timeoutMs} ms`;
      const detail = time.aborted ? late : reasonOf(error, undefined);
      return { status: null, detail, body: null, retryAfterMs: null };
    }
  };
}

interface Means {
  signal: AbortSignal;
  resolve: Resolve;
  ca(): string[];
}

async function post(request: PostRequest, means: Means): Promise<PostAnswer> {
  const url = new URL(request.url);
  const addresses = await resolveHost(url.hostname, means.resolve);
  if (!request.allowsPrivate && addresses.some(isPrivateAddress)) {
    throw new NotAllowedError('the address is one of a private network: not asked');
  }
  means.signal.throwIfAborted();
  const response = await send(open(url, addresses, { request, means }), request.body);
  const body = await beginningOf(response);
  const { statusCode: status = 0, statusMessage = '', headers } = response;
  return {
    status,
    detail: `${status} ${statusMessage.slice(0, TEXT_CHARACTERS_MAX)}`.trim(),
    body,
    retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
  };
}

const TEXT_CHARACTERS_MAX = 60;

function open(
  url: URL,
  addresses: ResolvedAddress[],
  { request, means }: { request: PostRequest; means: Means },
): ClientRequest {
  const isSecure = url.protocol === 'https:';
  const terms = {
    method: 'POST',
    agent: false,
    lookup: pinned(addresses),
    signal: means.signal,
    headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
  };
  return isSecure ? requestHttps(url, { ...terms, ca: means.ca() }) : requestHttp(url, terms);
}

function send(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

const BODY_BYTES_MAX = 1_024;

/** What comes after the beginning is not read: the connection is cut. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= BODY_BYTES_MAX) break;
    }
  } catch {
    // The status has come: what the rest would have said does not matter.
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8');
}
