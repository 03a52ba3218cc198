import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SentFile } from '../../api/frame/workshop.ts';
import { BiotopeError } from '../../model/errors.ts';
import { messageOf } from '../../model/thrown.ts';

/**
 * Writes files that somebody sent below a folder of ours, so that they are read, limited and checked as
 * any template's are. Rejects with PATH_INVALID what would lead out of it, or cannot be a file there.
 */
export async function writeSentFiles(folder: string, files: readonly SentFile[]): Promise<void> {
  for (const { path, executable, contentBase64 } of files) {
    demandInside(path);
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      const mode = executable ? 0o700 : 0o600;
      await writeFile(file, Buffer.from(contentBase64, 'base64'), { flag: 'wx', mode });
    } catch (cause) {
      throw notAFile(path, messageOf(cause), cause);
    }
  }
}

function demandInside(path: string): void {
  const parts = path.split('/');
  const isOdd = parts.some((part) => part === '' || part === '.' || part === '..');
  if (isOdd || path.includes('\\') || path.includes('\0')) {
    throw notAFile(path, 'write it relative, with /, and without . and ..');
  }
}

function notAFile(path: string, why: string, cause?: unknown): BiotopeError {
  return new BiotopeError('PATH_INVALID', {
    message: `${JSON.stringify(path)} cannot be a file of a template: ${why}.`,
    cause,
  });
}
