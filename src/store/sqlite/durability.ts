import type { BiotopeError } from '../../model/errors.ts';

/** Makes durable what was committed before the call. Null: a commit is durable by itself, or never. */
export type Sync = (() => Promise<void>) | null;

/** What is told once everything that was committed before has reached the disk, or nobody can know. */
export interface Told {
  durable(): void;
  failed(error: BiotopeError): void;
}

/**
 * Between COMMIT and the answer, while the disk works and this process does other things.
 *
 *   committed -> syncing -> durable       any -> failed (for ever: nobody can tell what is there)
 *
 * SQLite's `synchronous=FULL` is `NORMAL` and one more sync of the write-ahead log after each commit,
 * before others see it (`sqlite3WalFrames` in its wal.c; what a checkpoint syncs, and the header of a
 * log that begins anew, is the same for both). So after a COMMIT under NORMAL that sync is made here,
 * and until it is over nobody hears of the commit: neither who asked for it nor who reads. What other
 * processes read they sync themselves. A failed sync is not repeated: the system may have dropped what
 * it could not write, and a second one would succeed.
 */
export interface Durability {
  /** These were committed just now. */
  add(told: readonly Told[]): void;
  /** Of what can be read now. Null: it is durable. */
  ofWhatIsSeen(): Promise<void> | null;
  /** More commits wait: in the meantime they gather, and share the next one. */
  readonly isSyncing: boolean;
  readonly failure: BiotopeError | null;
  /** Resolves once nothing waits any more. */
  settled(): Promise<void>;
}

interface Reactions {
  /** A sync is over. */
  onFree(): void;
  asFailure(error: unknown): BiotopeError;
}

export function createDurability(sync: Sync, { onFree, asFailure }: Reactions): Durability {
  let waiting: Told[] = [];
  let syncing: Told[] = [];
  let current: Promise<void> | null = null;
  let failure: BiotopeError | null = null;

  const begin = (run: () => Promise<void>) => {
    if (current !== null || waiting.length === 0) return;
    syncing = waiting;
    waiting = [];
    current = run().then(() => end(run), fail);
  };

  const end = (run: () => Promise<void>) => {
    const told = syncing;
    syncing = [];
    current = null;
    tell(told);
    begin(run);
    onFree();
  };

  const fail = (error: unknown) => {
    const because = asFailure(error);
    const told = [...syncing, ...waiting];
    failure = because;
    syncing = [];
    waiting = [];
    current = null;
    for (const each of told) each.failed(because);
    onFree();
  };

  return {
    add: (told) => {
      if (sync === null) return tell(told);
      for (const each of told) waiting.push(each);
      begin(sync);
    },
    ofWhatIsSeen: () => {
      if (failure !== null) return Promise.reject(failure);
      if (current === null) return null;
      const group = waiting.length > 0 ? waiting : syncing;
      return new Promise((durable, failed) => {
        group.push({ durable, failed });
      });
    },
    get isSyncing() {
      return current !== null;
    },
    get failure() {
      return failure;
    },
    settled: async () => {
      while (current !== null) await current;
    },
  };
}

function tell(told: readonly Told[]): void {
  for (const each of told) each.durable();
}
