import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { digest } from '../../platform/digest.ts';
import { replaceFile } from '../../platform/replace.ts';

const KEPT = z.object({ key: z.string(), text: z.string() });
const TEXTS_MAX = 200;

/**
 * A text that nothing but its key decides. What was made once is found in the folder by later processes;
 * null, or a folder that cannot be used: it is made each time. The oldest ones go.
 */
export async function keptText(
  folder: string | null,
  key: string,
  make: () => Promise<string>,
): Promise<string> {
  if (folder === null) return make();
  const file = join(folder, `${digest(key).replace('sha256:', '').slice(0, 32)}.json`);
  const known = read(file);
  if (known?.key === key) return known.text;
  const text = await make();
  keep(folder, file, { key, text });
  return text;
}

function read(file: string): z.output<typeof KEPT> | undefined {
  try {
    return KEPT.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function keep(folder: string, file: string, kept: z.output<typeof KEPT>): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(file, JSON.stringify(kept));
    removeOldest(folder);
  } catch {
    // Read-only, or full: it is made anew the next time.
  }
}

function removeOldest(folder: string): void {
  const places = readdirSync(folder).map((name) => join(folder, name));
  if (places.length <= TEXTS_MAX) return;
  const byAge = places
    .map((place) => ({ place, atMs: statSync(place).mtimeMs }))
    .sort((left, right) => right.atMs - left.atMs);
  for (const { place } of byAge.slice(TEXTS_MAX)) rmSync(place, { force: true });
}
