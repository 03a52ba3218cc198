import { BiotopeError } from '../../model/errors.ts';
import { storeConflict } from '../conflict.ts';
import { type CollectionName, INDEXES } from '../records.ts';
import {
  type Committed,
  EVENTS_PER_TRANSACTION_MAX,
  type Expectation,
  type Transaction,
  type Write,
} from '../store.ts';
import type { Counters } from './counters.ts';
import type { Derived } from './derived.ts';
import { eventsToKeep, type Journal, type JournalEvents } from './journal.ts';
import type { RecordTables } from './record-tables.ts';
import { type Source, sourceOf, sourceOfWritten } from './source.ts';

/** A transaction as text: what its sender does with its objects afterwards does not matter. */
export interface PreparedTransaction {
  scope: string;
  expect: readonly Expectation[];
  writes: readonly PreparedWrite[];
  events: JournalEvents;
  touched: string;
}

interface PreparedWrite {
  write: Pick<Write, 'kind' | 'collection' | 'key'>;
  value: string;
  indexed: readonly (string | null)[];
  source: Source | undefined;
}

export function prepareTransaction(transaction: Transaction): PreparedTransaction {
  const { scope, expect, writes, events } = transaction;
  if (events.length > EVENTS_PER_TRANSACTION_MAX) throw tooManyEvents(scope);
  return {
    scope,
    expect: expect.map((expectation) => ({ ...expectation })),
    writes: writes.map(prepareWrite),
    events: eventsToKeep(events),
    touched: touchedBy(writes),
  };
}

/** `Change['touched']` as JSON, each once. */
function touchedBy(writes: readonly Write[]): string {
  const seen = new Map<CollectionName, Set<string>>();
  let touched = '';
  for (const { collection, key } of writes) {
    const keys = seen.get(collection) ?? new Set<string>();
    if (keys.has(key)) continue;
    seen.set(collection, keys.add(key));
    const separator = touched === '' ? '' : ',';
    touched += `${separator}{"collection":"${collection}","key":${JSON.stringify(key)}}`;
  }
  return `[${touched}]`;
}

function prepareWrite(write: Write): PreparedWrite {
  const { kind, collection, key } = write;
  const about = { kind, collection, key };
  const source = sourceOf(write);
  if (write.kind === 'delete') return { write: about, value: '', indexed: [], source };
  const indexed = INDEXES[write.collection].map((name) => {
    const value: unknown = Reflect.get(write.value, name);
    return typeof value === 'string' ? value : null;
  });
  return { write: about, value: JSON.stringify(write.value), indexed, source };
}

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

function tooManyEvents(scope: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `A transaction of ${scope} has more than ${EVENTS_PER_TRANSACTION_MAX} events.`,
    facts: { scope, eventsMax: EVENTS_PER_TRANSACTION_MAX },
  });
}
