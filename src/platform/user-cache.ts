import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where this user's caches lie, such as the compiled program; null for a user without a home. It need not be
 * there, nor be writable. `bin/run.js` asks the same before anything is loaded.
 */
export function userCacheFolder(): string | null {
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    // A relative one would be another in each folder.
    return isAbsolute(cache) ? join(cache, 'biotope') : null;
  } catch {
    return null;
  }
}
