import type { FastifyRequest } from 'fastify';
import { BiotopeError } from '../../model/errors.ts';
import { isLoopbackHost } from '../../model/loopback.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a browser says of requests that its user, or a page of ours, makes. */
const OWN_SITE = new Set(['same-origin', 'none']);

/**
 * Where no token is asked for, any page that is open in a browser on this machine could send commands,
 * and read answers through a name that it lets point here. Refuses with FORBIDDEN what shows such a
 * page behind it.
 */
export function refuseForeignPages({
  method,
  headers,
}: Pick<FastifyRequest, 'method' | 'headers'>) {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!isLoopbackHost(hostOf(host))) {
    throw new BiotopeError('FORBIDDEN', {
      message: 'Without tokens this server answers only to the name of this machine itself.',
      remedy: 'Ask 127.0.0.1 or localhost, or set up tokens: docs/access.md.',
    });
  }
  if (READING.has(method)) return;
  const isForeign = origin !== undefined && origin !== `http://${host}`;
  const isOtherSite = typeof site === 'string' && !OWN_SITE.has(site);
  if (!isForeign && !isOtherSite) return;
  throw new BiotopeError('FORBIDDEN', {
    message: 'The request comes from a page of somebody else.',
    remedy: 'Without tokens a browser may change things only from pages of this server.',
  });
}

/** `[::1]:8420` -> `[::1]` */
function hostOf(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}
