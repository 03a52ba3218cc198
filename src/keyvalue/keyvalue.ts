/**
 * The key-value port (embedded or Consul). One contract suite (test/contract/keyvalue) holds for
 * every adapter. Keys are `/`-separated segments that passed `checkPath`; what stands under other keys
 * is not seen. Rejects with STORE_UNAVAILABLE (embedded) or SYSTEM_UNAVAILABLE (Consul) where it
 * cannot be used now.
 */
export interface KeyValueEntry {
  key: string;
  value: string;
  /**
   * Grows with each change of the key, but may stay where a value is set that it has already; 0 stands
   * for "does not exist".
   */
  revision: number;
}

/** Done only if the key still has `revision` (0: does not exist). */
export type KeyValueChange =
  | { kind: 'set'; key: string; value: string; revision: number }
  | { kind: 'delete'; key: string; revision: number };

/**
 * Callers send longer lists in batches of this size. A transaction of Consul takes 64 operations, and a
 * deletion needs two of them: that the key is there, and that it goes.
 */
export const CHANGES_PER_BATCH_MAX = 32;

/** Consul's bound on one value. */
export const VALUE_BYTES_MAX = 512 * 1024;

/**
 * Keys and values of a batch of several changes, together. Consul takes transactions of 512 KB, in
 * which values stand in base64. A value that is larger is set alone.
 */
export const BATCH_BYTES_MAX = 320 * 1024;

export interface KeyValue {
  get(key: string, signal?: AbortSignal): Promise<KeyValueEntry | undefined>;
  /** Every entry below the prefix, in the order of keys. */
  list(prefix: string, signal?: AbortSignal): Promise<KeyValueEntry[]>;
  /**
   * All or nothing, at most CHANGES_PER_BATCH_MAX and BATCH_BYTES_MAX. Rejects with KEY_CONFLICT, naming the key, where
   * a revision is not the expected one, and then nothing is changed.
   */
  apply(changes: readonly KeyValueChange[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
