/**
 * The key-value port (embedded or Consul). One contract suite (test/contract/keyvalue) holds for
 * every adapter. Keys are `/`-separated segments that passed `checkPath`.
 */
export interface KeyValueEntry {
  key: string;
  value: string;
  /** Grows with each change of the key; 0 stands for "does not exist". */
  revision: number;
}

/** Done only if the key still has `revision` (0: does not exist). */
export type KeyValueChange =
  | { kind: 'set'; key: string; value: string; revision: number }
  | { kind: 'delete'; key: string; revision: number };

/** Consul's bound on a transaction; callers send longer lists in batches of this size. */
export const CHANGES_PER_BATCH_MAX = 64;

/** Consul's bound on one value. */
export const VALUE_BYTES_MAX = 512 * 1024;

export interface KeyValue {
  get(key: string, signal?: AbortSignal): Promise<KeyValueEntry | undefined>;
  /** Every entry below the prefix, in the order of keys. */
  list(prefix: string, signal?: AbortSignal): Promise<KeyValueEntry[]>;
  /**
   * All or nothing, at most CHANGES_PER_BATCH_MAX. Rejects with KEY_CONFLICT, naming the key, where
   * a revision is not the expected one, and then nothing is changed.
   */
  apply(changes: readonly KeyValueChange[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
