import { isRunFinished, type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import type { Committed, Store, Stored, Transaction } from '../../store/store.ts';

/** The unfinished runs, in one line for each environment, as far as this process has heard of them. */
export interface Lines {
  /** What a transaction wrote. True: some line has changed. */
  absorb(transaction: Transaction, committed: Committed): boolean;
  /** Reads all of them anew: what others committed may have been missed. */
  refresh(): Promise<void>;
  /** The first one of a line that has changed since it was taken here last. */
  takeChanged(): Stored<RunRecord> | undefined;
  /** This line is to be looked at again. */
  putBack(environment: string): void;
}

interface Heard extends Stored<RunRecord> {
  /** Which reading it was heard before. */
  reading: number;
}

export function createLines(store: Store): Lines {
  const lines = new Map<string, Map<string, Heard>>();
  const changed = new Set<string>();
  let readings = 0;

  function absorbRun(stored: Stored<RunRecord>): void {
    const { value } = stored;
    const line = lines.get(value.environment) ?? new Map<string, Heard>();
    const known = line.get(value.id);
    const newest = known !== undefined && known.revision > stored.revision ? known : stored;
    lines.set(value.environment, line.set(value.id, { ...newest, reading: readings }));
    if (isRunFinished(value)) drop(value);
    changed.add(value.environment);
  }

  function drop({ environment, id }: RunRecord): void {
    const line = lines.get(environment);
    line?.delete(id);
    if (line?.size === 0) lines.delete(environment);
  }

  /** What is written of its resources may make another plan than the one that people look at. */
  function isWaiting(environment: string): boolean {
    const line = lines.get(environment);
    return line !== undefined && firstOf(line.values())?.value.status === 'awaiting-approval';
  }

  /** What was heard before a reading and is not found by it has ended. */
  function dropUnread(reading: number): void {
    const heard = [...lines.values()].flatMap((line) => [...line.values()]);
    for (const { value, reading: last } of heard) if (last < reading) drop(value);
  }

  return {
    absorb({ scope, writes }, { number }) {
      const runs = writes.filter((write) => write.kind === 'put' && write.collection === 'runs');
      for (const { value } of runs) absorbRun({ value, revision: number });
      const isStale =
        isWaiting(scope) && writes.some(({ collection }) => collection === 'resources');
      if (isStale) changed.add(scope);
      return runs.length > 0 || isStale;
    },
    async refresh() {
      readings += 1;
      const reading = readings;
      const unfinished = await store.find('runs', { where: { status: UNFINISHED_RUN } });
      for (const stored of unfinished) absorbRun(stored);
      dropUnread(reading);
    },
    takeChanged() {
      for (const environment of changed) {
        changed.delete(environment);
        const first = firstOf(lines.get(environment)?.values() ?? []);
        if (first !== undefined) return first;
      }
      return undefined;
    },
    putBack: (environment) => {
      changed.add(environment);
    },
  };
}

/** The order of acceptance decides, not the clock. */
export function firstOf(line: Iterable<Stored<RunRecord>>): Stored<RunRecord> | undefined {
  let first: Stored<RunRecord> | undefined;
  for (const stored of line) {
    if (first === undefined || stored.value.order < first.value.order) first = stored;
  }
  return first;
}
