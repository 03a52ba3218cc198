import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { replaceFolder } from '../../platform/replace.ts';
import { writePrivate } from './work-folder.ts';

/**
 * Keeps what `terraform init` makes (`.terraform`: the tree of modules and the providers) and shares
 * it: Terraform only reads it while it applies, so any number of them may use one at once.
 *
 *   absent -> preparing (one `init`, others wait for it) -> prepared (renamed into place, never
 *   changed) -> discarded (found to be damaged, or not used for longest)
 */
export interface Preparer {
  prepare(need: Need): Promise<Prepared>;
  /** It does not work any more: the next one who needs it prepares it anew. */
  discard(prepared: Prepared): void;
}

/** What one prepared folder fits. */
export interface Need {
  /** Digest of all that `init` depends on, the lock file included. */
  key: string;
  /** The same with another lock file: what `init` wrote is found under that one too. */
  keyWith(lockText: string | null): string;
  /** Digest of the providers asked for; null where none has to be fetched. */
  providersKey: string | null;
  /** Runs `terraform init` for this folder. Rejects where it fails. */
  init(dataFolder: string, seedLockText: string | null): Promise<Initialised>;
  signal: AbortSignal;
}

export interface Initialised {
  lockText: string | null;
  terraformVersion: string;
}

export interface Prepared extends Initialised {
  dataFolder: string;
}

const NOTE = z.object({
  lockText: z.string().nullable(),
  terraformVersion: z.string(),
  providersKey: z.string().nullable(),
});
const NOTE_FILE = 'prepared.json';
const DATA_FOLDER = 'data';
/** A folder that may be in use is never taken away. */
const UNUSED_MS = 24 * 3_600_000;

interface Dependencies {
  clock: Clock;
  folder: string;
  foldersMax: number;
}

export function createPreparer({ clock, folder, foldersMax }: Dependencies): Preparer {
  const underWay = new Map<string, Promise<Prepared>>();
  let fetching: Promise<unknown> = Promise.resolve();

  const prepareNew = async (need: Need): Promise<Prepared> => {
    // Two that fetch the same packages at once would do it twice; Terraform's own cache breaks.
    if (need.providersKey === null) return makeFolder(folder, need);
    const turn = fetching.then(() => makeFolder(folder, need));
    fetching = turn.catch(() => {});
    return turn;
  };

  const begin = (need: Need): Promise<Prepared> => {
    const work = prepareNew(need).finally(() => underWay.delete(need.key));
    underWay.set(need.key, work);
    return work.then((prepared) => {
      removeUnused(folder, foldersMax, clock);
      return prepared;
    });
  };

  return {
    prepare: async (need) => {
      for (;;) {
        const found = findPrepared(folder, need.key, clock);
        if (found !== undefined) return found;
        const other = underWay.get(need.key);
        if (other === undefined) return begin(need);
        await endOf(other, need.signal);
        // Whoever prepared it may have failed or been cancelled: then it is our turn.
      }
    },
    discard: ({ dataFolder }) => {
      rmSync(join(dataFolder, '..'), { recursive: true, force: true });
    },
  };
}

/** However it ends. Rejects with the signal's reason once aborted, and leaves nothing on the signal. */
async function endOf(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work.catch(() => {}), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  signal.throwIfAborted();
}

function findPrepared(folder: string, key: string, clock: Clock): Prepared | undefined {
  const place = join(folder, key);
  const note = readNote(place);
  if (note === undefined) return undefined;
  const nowSeconds = clock.nowMs() / 1_000;
  utimesSync(place, nowSeconds, nowSeconds);
  const { lockText, terraformVersion } = note;
  return { lockText, terraformVersion, dataFolder: join(place, DATA_FOLDER) };
}

function readNote(place: string): z.output<typeof NOTE> | undefined {
  try {
    return NOTE.parse(JSON.parse(readFileSync(join(place, NOTE_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Made beside its place and renamed: it is there whole or not at all. */
async function makeFolder(folder: string, need: Need): Promise<Prepared> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = mkdtempSync(join(folder, '.new-'));
  try {
    const dataFolder = join(draft, DATA_FOLDER);
    const made = await need.init(dataFolder, lockTextFor(folder, need));
    const { providersKey } = need;
    writePrivate(join(draft, NOTE_FILE), JSON.stringify({ ...made, providersKey }));
    const place = join(folder, need.key);
    // Another process may have been faster: then its folder is as good as ours.
    await replaceFolder(draft, place, () => readNote(place) !== undefined);
    const otherKey = need.keyWith(made.lockText);
    if (otherKey !== need.key) linkTo(need.key, join(folder, otherKey));
    return { ...made, dataFolder: join(place, DATA_FOLDER) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function linkTo(key: string, place: string): void {
  if (existsSync(place)) return;
  rmSync(place, { force: true });
  symlinkSync(key, place);
}

/** The versions that others were prepared with who ask for the same providers. */
function lockTextFor(folder: string, { providersKey }: Need): string | null {
  if (providersKey === null) return null;
  const notes = readdirSync(folder).map((name) => readNote(join(folder, name)));
  return notes.find((note) => note?.providersKey === providersKey)?.lockText ?? null;
}

function removeUnused(folder: string, foldersMax: number, clock: Clock): void {
  const places = readdirSync(folder)
    .filter((name) => !name.startsWith('.new-'))
    .map((name) => ({ place: join(folder, name), usedAtMs: usedAtMs(join(folder, name)) }))
    .sort((left, right) => right.usedAtMs - left.usedAtMs);
  for (const { place, usedAtMs: lastMs } of places.slice(foldersMax)) {
    if (clock.nowMs() - lastMs > UNUSED_MS) rmSync(place, { recursive: true, force: true });
  }
}

/** A link to a folder that is gone has not been used for ever. */
function usedAtMs(place: string): number {
  return statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
