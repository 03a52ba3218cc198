import { connect } from 'node:net';
import {
  type Resolve,
  type ResolvedAddress,
  resolveHost,
} from '../../platform/network/addresses.ts';

const TARGET = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d{1,5})$/;

/** Resolves once a connection was accepted; it is closed at once. */
export async function askTcp(
  target: string,
  { signal, resolve }: { signal: AbortSignal; resolve: Resolve },
): Promise<void> {
  const { six, host = six, port } = TARGET.exec(target)?.groups ?? {};
  if (host === undefined) throw new Error('the target is not of the form host:port');
  const addresses = await resolveHost(host, resolve);
  let failure: unknown;
  for (const address of addresses) {
    signal.throwIfAborted();
    try {
      return await reach(address, Number(port), signal);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function reach({ address, family }: ResolvedAddress, port: number, signal: AbortSignal) {
  return new Promise<void>((resolve, reject) => {
    const socket = connect({ host: address, port, family, signal });
    socket.on('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
