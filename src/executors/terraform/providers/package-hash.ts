import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { entriesOfFolder } from '../../../platform/folder-entries.ts';

/**
 * The hash that lock files call `h1:`, over an unpacked package: names and contents of all its files.
 * Undefined where something lies there that is no file. Packages are large: read piece by piece.
 */
export async function packageHash(folder: string): Promise<string | undefined> {
  const entries = await entriesOfFolder(folder);
  if (entries.length === 0 || !entries.every(({ isFile }) => isFile)) return undefined;
  const whole = createHash('sha256');
  // By the bytes of the names, as Go sorts them.
  const paths = entries.map(({ path }) => path).sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
  for (const path of paths) {
    const content = createHash('sha256');
    await pipeline(createReadStream(join(folder, path)), content);
    whole.update(`${content.digest('hex')}  ${path}\n`);
  }
  return `h1:${whole.digest('base64')}`;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
