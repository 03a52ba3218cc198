import type { RemoteSource } from '../modules/module-source.ts';

/** Something in a package, before anything of it is read. */
export interface PackageEntry {
  /** Relative, `/`-separated, known to be harmless as a path. */
  path: string;
  executable: boolean;
  sizeBytes: number;
  /** What it is in place of a file that can be taken; null: such a file. */
  oddity: string | null;
}

/** What a repository held at one commit, or an archive. It stays as it was, however long ago that is. */
export interface Package {
  /** `https://host/org/repo.git` */
  url: string;
  /** Of an archive: its digest, `sha256:<hex>`. */
  commit: string;
  /** Of a registry's module: which one its constraint led to. */
  version: string | null;
  /** The folder that paths into the package begin in; empty: its own. */
  base: string;
  entries: readonly PackageEntry[];
  /** Content by path. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * Fetches a package. Rejects with SOURCE_UNAVAILABLE, SOURCE_TIMEOUT or GIT_MISSING where it may be had
 * another time, with any other error where it may not be had like this.
 */
export type FetchPackage = (source: RemoteSource, version: string | null) => Promise<Package>;
