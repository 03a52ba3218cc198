import type { BundleReader } from '../executors/executor.ts';
import { BiotopeError } from '../model/errors.ts';
import type { BundleRecord } from '../model/template.ts';
import type { Store } from '../store/store.ts';

/** The files of a published template. Rejects with TEMPLATE_NOT_FOUND. */
export async function findBundle(store: Store, digest: string): Promise<BundleRecord> {
  const stored = await store.get('bundles', digest);
  if (stored !== undefined) return stored.value;
  throw new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `The bundle ${digest} is not in the store.`,
    facts: { digest },
  });
}

/** A bundle as executors look at it before a run. */
export function bundleReader({ files }: BundleRecord): BundleReader {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    paths: files.map(({ path }) => path),
    read: (path) => {
      const file = byPath.get(path);
      return file === undefined ? undefined : Buffer.from(file.contentBase64, 'base64');
    },
    isExecutable: (path) => byPath.get(path)?.executable ?? false,
  };
}
