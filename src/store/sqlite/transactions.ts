import { storeConflict } from '../conflict.ts';
import type { PreparedTransaction, PreparedWrite } from '../prepared-transaction.ts';
import { sourceOfWritten } from '../source.ts';
import type { Committed } from '../store.ts';
import type { Counters } from './counters.ts';
import type { Derived } from './derived.ts';
import type { Journal } from './journal.ts';
import type { RecordTables } from './record-tables.ts';

interface Dependencies {
  tables: RecordTables;
  derived: Derived;
  journal: Journal;
  counters: Counters;
  nowMs: () => number;
}

/**
 * Returns what writes a prepared transaction inside the physical commit under way. All expectations
 * come first, so that a refused transaction has written nothing and taken no number.
 */
export function createApply(
  dependencies: Dependencies,
): (transaction: PreparedTransaction) => Committed {
  const { tables, journal, counters, nowMs } = dependencies;
  return ({ scope, expect, writes, events, touched }) => {
    for (const expectation of expect) {
      const table = tables(expectation.collection);
      const found = table.current(expectation.key)?.revision ?? null;
      if (found !== expectation.revision) throw storeConflict(expectation, found);
    }
    const number = counters.next(scope);
    for (const prepared of writes) applyWrite(dependencies, { prepared, scope, number });
    const atMs = nowMs();
    const sequence = journal.append({ scope, number, atMs, events, touched });
    return { number, sequence, atMs };
  };
}

interface OneWrite {
  prepared: PreparedWrite;
  scope: string;
  number: number;
}

function applyWrite({ tables, derived }: Dependencies, step: OneWrite): void {
  const { prepared, scope, number } = step;
  const { write, value, indexed, source } = prepared;
  const { collection, key } = write;
  const table = tables(collection);
  const current = table.current(key);
  derived.follow(write, source, () => {
    if (current?.source !== 'unknown') return current?.source;
    return sourceOfWritten(collection, key, table.value(current));
  });
  if (write.kind === 'delete') {
    if (current !== undefined) table.remove(key, current);
    return;
  }
  const record = { key, scope, revision: number, value, indexed, source };
  if (current === undefined) table.insert(record);
  else table.update(current, record);
}
