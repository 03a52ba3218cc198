import { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Clock } from '../../platform/clock.ts';
import { isSegment } from '../../platform/paths.ts';
import type { Vault } from './vault.ts';

/** Of one list. */
const PATHS_MAX = 20_000;

/** Requests at once. */
const CONCURRENCY = 8;

/**
 * Paths below a folder (`''`: the mount itself) that have a newest version. Vault lists one level, and
 * what was removed as well: each is looked at. Rejects with LIMIT_EXCEEDED.
 */
export async function pathsBelow(
  { vault, mount, clock }: { vault: Pick<Vault, 'ask'>; mount: string; clock: Clock },
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const metadataOf = (path: string) => `${mount}/metadata${path === '' ? '' : `/${path}`}`;
  const leaves: string[] = [];
  let folders = [folder];
  while (folders.length > 0) {
    const names = await eachOf(folders, async (at) => {
      const call = { path: metadataOf(at), query: { list: 'true' }, needs: 'list' as const };
      const { body } = await vault.ask(call, signal);
      return namesIn(body).map((name) => (at === '' ? name : `${at}/${name}`));
    });
    const all = names.flat();
    leaves.push(...all.filter((name) => !name.endsWith('/')));
    folders = all.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1));
    if (leaves.length + folders.length > PATHS_MAX) throw tooMany(folder);
  }
  const found = await eachOf(leaves, async (path) => {
    const { isFound, body } = await vault.ask({ path: metadataOf(path), needs: 'read' }, signal);
    return isFound && isThere(objectOf(body.data), clock.nowMs()) ? [path] : [];
  });
  return found.flat();
}

/** A name that is none of ours belongs to somebody else. */
function namesIn(body: JsonObject): string[] {
  const { keys } = objectOf(body.data);
  if (!Array.isArray(keys)) return [];
  return keys.filter(
    (key) => typeof key === 'string' && isSegment(key.replace(/\/$/, '')),
  ) as string[];
}

function isThere({ current_version: current, versions }: JsonObject, nowMs: number): boolean {
  const { destroyed, deletion_time: deletedAt } = objectOf(objectOf(versions)[`${current}`]);
  if (destroyed !== false) return false;
  return typeof deletedAt !== 'string' || deletedAt === '' || Date.parse(deletedAt) > nowMs;
}

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const take = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, take));
  return results;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function tooMany(folder: string): BiotopeError {
  const message = `Vault has more than ${PATHS_MAX} secrets below ${folder || 'the mount'}.`;
  return new BiotopeError('LIMIT_EXCEEDED', { message, facts: { pathsMax: PATHS_MAX } });
}
