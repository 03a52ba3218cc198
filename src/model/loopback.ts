const FOURTH_VERSION = /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** Whether a host, as it stands in a URL or in `HOST:PORT`, is this machine itself. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '[::1]' || FOURTH_VERSION.test(name);
}
