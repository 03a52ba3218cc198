import { BiotopeError } from '../../model/errors.ts';

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * The environment with its proxies as Node takes them: it would go by no proxy, and say nothing, where
 * one is named without `http://`, which Terraform and others understand. Throws CONFIGURATION_INVALID
 * where one is no address.
 */
export function proxyEnvironment(
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const named = PROXIES.filter((name) => (host[name] ?? '') !== '');
  return {
    ...host,
    ...Object.fromEntries(named.map((name) => [name, addressOf(name, host[name] ?? '')])),
  };
}

function addressOf(name: string, text: string): string {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return address;
  // The text itself may hold a password.
  const message = `The proxy that ${name} names is no address. Write it as http://HOST:PORT.`;
  throw new BiotopeError('CONFIGURATION_INVALID', { message, facts: { variable: name } });
}
