import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Told to people as it is. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/**
 * Where a cloud tells a machine its credentials: a template must not be able to look there. Mapped
 * IPv4 addresses (`::ffff:…`) are recognised, too.
 */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4');
FORBIDDEN.addAddress('100.100.100.200', 'ipv4');
FORBIDDEN.addAddress('192.0.0.192', 'ipv4');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');

/**
 * The addresses of a host, resolved once: whoever connects uses these and asks no more, so that a
 * name cannot become another address between the check and the connection.
 */
export async function resolveHost(host: string): Promise<ResolvedAddress[]> {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(plain, { all: true, order: 'verbatim' });
  return found.map(({ address, family }) => checked(address, family));
}

function checked(address: string, family: number): ResolvedAddress {
  const plain = address.replace(/%.*$/, '');
  const isFour = family === 4 || isIP(plain) === 4;
  if (FORBIDDEN.check(plain, isFour ? 'ipv4' : 'ipv6')) {
    throw new NotAllowedError('the address is link-local or a metadata service: not asked');
  }
  return { address, family: isFour ? 4 : 6 };
}
