import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Block } from './markdown.ts';

/** Writes a file that a page shows; what lies in a folder `app` are programs. */
export function writeBlock(folder: string, { title, text }: Block): void {
  const path = join(folder, title);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: /(?:^|\/)app\//.test(title) ? 0o755 : 0o644 });
}
