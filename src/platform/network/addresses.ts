import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, type LookupFunction } from 'node:net';

/** Networks that belong to a site or a machine, and what is no single host's address. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** Whether it is none of the public internet. Mapped IPv4 addresses (`::ffff:…`) are recognised, too. */
export function isPrivateAddress({ address, family }: ResolvedAddress): boolean {
  return PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

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

/** All addresses of a name, as the system knows them. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export const systemResolve: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' });

/**
 * The addresses of a host, resolved once: whoever connects uses these and asks no more, so that a
 * name cannot become another address between the check and the connection.
 */
export async function resolveHost(host: string, resolve: Resolve): Promise<ResolvedAddress[]> {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const found = await resolve(plain);
  if (found.length === 0) throw new Error('the name has no address');
  return found.map(({ address, family }) => checked(address, family));
}

function checked(address: string, family: number): ResolvedAddress {
  const isFour = family === 4;
  if (FORBIDDEN.check(address, isFour ? 'ipv4' : 'ipv6')) {
    throw new NotAllowedError('the address is link-local or a metadata service: not asked');
  }
  return { address, family: isFour ? 4 : 6 };
}

/** Answers what was resolved and checked before. */
export function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}
