const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether nobody on the way can read or change what is sent: https, or http on this machine itself. */
export function isSecureUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
}
