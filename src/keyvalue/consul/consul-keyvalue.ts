import type { ConsulClient } from '../../platform/consul/client.ts';
import { checkPath, isPath } from '../../platform/paths.ts';
import { checkBatch } from '../changes.ts';
import type { KeyValue } from '../keyvalue.ts';
import { readEntries, type WireEntry } from './entries.ts';
import { setAlone, transact } from './writes.ts';

/**
 * Keys in Consul, in the clear: other programs read them there. Revisions are Consul's ModifyIndex.
 *
 * Reads are `consistent`: they decide whose a key is and what an attempt of unknown outcome has done,
 * and a leader that was deposed without knowing it must not answer that. The default mode may be out of
 * date for as long as a leader's lease; compare-and-set alone would keep writes right, but not `inspect`.
 */
export function createConsulKeyValue({
  client,
  prefix,
}: {
  client: ConsulClient;
  /** Below which every key stands; '': at the top. */
  prefix: string;
}): KeyValue {
  const root = prefix === '' ? '' : `${checkPath(prefix)}/`;

  const read = (key: string, below: boolean, signal: AbortSignal | undefined) => {
    const full = `${root}${key}`;
    const right = `${below ? 'key_prefix' : 'key'} "${full}" { policy = "read" }`;
    return client.ask({ right, signal }, async (consul, terms) => {
      const how = { key: full, consistent: true, ...(below ? { recurse: true } : {}), ...terms };
      const found = (await consul.kv.get(how)) as WireEntry | WireEntry[] | null | undefined;
      return readEntries(found, root);
    });
  };

  return {
    get: async (key, signal) => (await read(checkPath(key), false, signal))[0],
    list: async (below, signal) => {
      const entries = await read(below === '' ? '' : `${checkPath(below)}/`, true, signal);
      return entries.filter(({ key }) => isPath(key));
    },
    apply: async (changes, signal) => {
      signal?.throwIfAborted();
      checkBatch(changes);
      const [first] = changes;
      if (first === undefined) return;
      const terms = { client, root, signal };
      if (changes.length === 1 && first.kind === 'set') await setAlone(first, terms);
      else await transact(changes, terms);
    },
    close: async () => {},
  };
}
