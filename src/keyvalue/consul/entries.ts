import type { KeyValueEntry } from '../keyvalue.ts';

/** As the package gives it: an empty value is null. */
export interface WireEntry {
  Key: string;
  Value: string | null;
  ModifyIndex: number;
}

/** `root`: what each key begins with in Consul, and not for us. */
export function readEntries(
  found: WireEntry | readonly WireEntry[] | null | undefined,
  root: string,
): KeyValueEntry[] {
  const entries = Array.isArray(found) ? found : [found ?? []].flat();
  return entries.map(({ Key, Value, ModifyIndex }) => ({
    key: Key.slice(root.length),
    value: Value ?? '',
    revision: ModifyIndex,
  }));
}
