import { rmSync } from 'node:fs';
import { makeTemporaryFolder } from '../../platform/temporary-folder.ts';

/** What the shortest of the kernels takes as the path of a socket. */
const SOCKET_PATH_BYTES_MAX = 103;

/** `/plugin` and a number of ten digits. */
const SOCKET_NAME_BYTES = 17;

/** Where Terraform and its providers keep temporary files. */
export interface Temporary {
  path: string;
  /** Removes what was made for it alone. */
  leave(): void;
}

/**
 * The folder itself, or another one, private as well, where its path is long: providers listen on sockets
 * there, and in a deep data folder none of them would begin.
 */
export function shortTemporary(folder: string): Temporary {
  if (Buffer.byteLength(folder) + SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES_MAX) {
    return { path: folder, leave: () => {} };
  }
  const path = makeTemporaryFolder();
  return { path, leave: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
