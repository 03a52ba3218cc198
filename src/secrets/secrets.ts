/**
 * The secrets port (embedded or Vault). One contract suite (test/contract/secrets) holds for every
 * adapter. Paths are `/`-separated segments that passed `checkPath`. Values never appear in errors.
 */
export type SecretFields = Record<string, string>;

/** Bound on the names and values of one version together. */
export const SECRET_BYTES_MAX = 512 * 1024;

export interface SecretVersion {
  version: number;
  fields: SecretFields;
}

export interface Secrets {
  /** The newest version, or the one asked for. Undefined: no such path, deleted, or no such version. */
  read(path: string, version?: number, signal?: AbortSignal): Promise<SecretVersion | undefined>;

  /**
   * Writes a new version if the newest one is still `expectedVersion` (0: the path has none); null:
   * whatever it is. Rejects with KEY_CONFLICT. Returns the new version; the same fields as the newest
   * version make no new one.
   */
  write(
    path: string,
    fields: SecretFields,
    expectedVersion: number | null,
    signal?: AbortSignal,
  ): Promise<number>;

  /** Removes every version. A path that does not exist is no error. */
  remove(path: string, signal?: AbortSignal): Promise<void>;

  /** Paths of secrets below the prefix, in order. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>;

  /**
   * Authenticated encryption with a key that only this port holds. `context` is bound to the result:
   * opening with another one fails with SECRET_UNREADABLE.
   */
  seal(plain: Uint8Array, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<Uint8Array>;

  close(): Promise<void>;
}
