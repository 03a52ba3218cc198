import type { BundleReader } from '../../executors/executor.ts';
import type { BundleRecord } from '../../model/template.ts';
import { digest, digestFiles, digestJson } from '../../platform/digest.ts';
import type { FolderFile } from './folder.ts';

/** A template's files as they are stored and as executors look at them before a run. */
export interface Bundle {
  record: BundleRecord;
  reader: BundleReader;
  /** Digest over the files at or below these paths; empty where there are none. */
  contentDigest(paths: readonly string[]): string;
}

/** The files of a bundle as they were before it was stored. */
export function filesOfRecord({ files }: BundleRecord): FolderFile[] {
  return files.map(({ path, executable, contentBase64 }) => {
    return { path, executable, content: Buffer.from(contentBase64, 'base64') };
  });
}

/** The same files always make the same digest, in whatever order they were found. */
export function createBundle(files: readonly FolderFile[]): Bundle {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const byPath = new Map(sorted.map((file) => [file.path, file]));
  const entries = sorted.map(({ path, executable, content }) => ({
    path,
    executable,
    digest: digest(content),
  }));
  const known = new Map<string, string>();
  return {
    record: {
      digest: digestFiles(entries),
      files: sorted.map(({ path, executable, content }) => ({
        path,
        executable,
        contentBase64: Buffer.from(content).toString('base64'),
      })),
    },
    reader: {
      paths: sorted.map(({ path }) => path),
      read: (path) => byPath.get(path)?.content,
      isExecutable: (path) => byPath.get(path)?.executable ?? false,
    },
    contentDigest(paths) {
      const roots = [...new Set(paths.map(normalise))].sort();
      const key = JSON.stringify(roots);
      const digested = known.get(key) ?? digestBelow(entries, roots);
      known.set(key, digested);
      return digested;
    },
  };
}

function digestBelow(
  entries: readonly { path: string; executable: boolean; digest: string }[],
  roots: readonly string[],
): string {
  const chosen = entries.filter(({ path }) =>
    roots.some((root) => root === '' || path === root || path.startsWith(`${root}/`)),
  );
  return chosen.length === 0 ? '' : digestJson(chosen);
}

/** `./modules/db/` is `modules/db`. */
function normalise(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}
