import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import {
  pinned,
  type Resolve,
  type ResolvedAddress,
  resolveHost,
} from '../../platform/network/addresses.ts';

/**
 * The status of one GET. Redirects are answers, not ways: following one could lead to an address
 * that nobody checked. The body is not read.
 */
export async function askHttp(
  target: string,
  { signal, resolve: resolveName }: { signal: AbortSignal; resolve: Resolve },
): Promise<HttpAnswer> {
  const url = new URL(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error('the address begins neither with http: nor with https:');
  }
  const addresses = await resolveHost(url.hostname, resolveName);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const request = open(url, addresses, signal);
    request.on('response', (response) => {
      response.on('error', () => {});
      resolve({ status: response.statusCode ?? 0, text: response.statusMessage ?? '' });
      request.destroy();
    });
    request.on('error', reject);
    request.end();
  });
}

export interface HttpAnswer {
  status: number;
  text: string;
}

function open(url: URL, addresses: ResolvedAddress[], signal: AbortSignal): ClientRequest {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return request(url, {
    method: 'GET',
    agent: false,
    lookup: pinned(addresses),
    signal,
    headers: { accept: '*/*', 'user-agent': 'biotope' },
  });
}
