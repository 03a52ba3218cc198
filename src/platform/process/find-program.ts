import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The absolute path of an executable file, looked for as a shell would: a name without `/` on the
 * given PATH, anything else from `folder`. Undefined where there is none.
 */
export function findProgram(
  name: string,
  path: string | undefined,
  folder: string = process.cwd(),
): string | undefined {
  if (name.includes('/')) return executable(resolve(folder, name));
  for (const place of (path ?? '').split(delimiter)) {
    const found = isAbsolute(place) ? executable(join(place, name)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(file: string): string | undefined {
  try {
    // Asked first: most places on a PATH lack it, and an error costs more than the question.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}
