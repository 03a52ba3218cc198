import { isLoopbackHost } from './loopback.ts';

/** Whether nobody on the way can read or change what is sent: https, or http on this machine itself. */
export function isSecureUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}
