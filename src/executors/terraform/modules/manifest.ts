import { z } from 'zod';
import type { ModuleFiles } from './module-files.ts';

/**
 * What publishing brought into a bundle from elsewhere. No author's file can be there: what tools keep
 * in a `.biotope` folder is never part of a template.
 */
export const VENDORED_FOLDER = '.biotope/modules';
export const MANIFEST_FILE = '.biotope/modules.json';

const MANIFEST = z.object({
  format: z.literal(1),
  /** Modules that resources name themselves: their folder in the bundle, by `moduleKey`. */
  folders: z.record(z.string(), z.string()),
  /** What may not be had, and why. No bundle with any of these is published. */
  refused: z.record(z.string(), z.string()),
});

export type Manifest = z.output<typeof MANIFEST>;

export const NO_MANIFEST: Manifest = { format: 1, folders: {}, refused: {} };

/** As its author wrote it. */
export interface NamedModule {
  source: string;
  /** A constraint; null: none. */
  version: string | null;
}

export function moduleKey({ source, version }: NamedModule): string {
  return version === null ? source : `${source} ${version}`;
}

/** Null where nothing was vendored: because nothing had to be, or because nobody tried. */
export function readManifest(files: ModuleFiles): Manifest | null {
  const text = files.find(MANIFEST_FILE);
  return text === null ? null : MANIFEST.parse(JSON.parse(text));
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
