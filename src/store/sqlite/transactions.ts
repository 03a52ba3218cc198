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
import { type Derived, derive } from './derived.ts';
import { eventsToKeep, type Journal, type JournalEvents } from './journal.ts';
import type { CurrentRecord, RecordTables } from './record-tables.ts';

/** A transaction as text: what its sender does with its objects afterwards does not matter. */
export interface PreparedTransaction {
  scope: string;
  expect: readonly Expectation[];
  writes: readonly PreparedWrite[];
  events: JournalEvents;
  touched: string;
}

interface PreparedWrite {
  write: Write;
  value: string;
  indexed: readonly (string | null)[];
  derived: ReturnType<typeof derive>;
}

export function prepareTransaction(transaction: Transaction): PreparedTransaction {
  const { scope, expect, writes, events } = transaction;
  if (events.length > EVENTS_PER_TRANSACTION_MAX) throw tooManyEvents(scope);
  const touched = new Map(
    writes.map(({ collection, key }) => [nameOf(collection, key), { collection, key }]),
  );
  return {
    scope,
    expect: expect.map((expectation) => ({ ...expectation })),
    writes: writes.map(prepareWrite),
    events: eventsToKeep(events),
    touched: JSON.stringify([...touched.values()]),
  };
}

function prepareWrite(write: Write): PreparedWrite {
  const derived = derive(write);
  if (write.kind === 'delete') return { write: { ...write }, value: '', indexed: [], derived };
  const fields = new Map<string, unknown>(Object.entries(write.value));
  const indexed = INDEXES[write.collection].map((name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : null;
  });
  return { write: { ...write }, value: JSON.stringify(write.value), indexed, derived };
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
    const records = createRecords(tables);
    for (const expectation of expect) {
      const found = records.get(expectation.collection, expectation.key)?.revision ?? null;
      if (found !== expectation.revision) throw storeConflict(expectation, found);
    }
    const number = counters.next(scope);
    for (const prepared of writes) applyWrite(dependencies, { records, prepared, scope, number });
    const atMs = nowMs();
    const sequence = journal.append({ scope, number, atMs, events, touched });
    return { number, sequence, atMs };
  };
}

/** What one transaction has looked at: a record is looked up once for its check and its write. */
type Records = ReturnType<typeof createRecords>;

function createRecords(tables: RecordTables) {
  const known = new Map<string, CurrentRecord | undefined>();
  return {
    get: (collection: CollectionName, key: string) => {
      const name = nameOf(collection, key);
      if (known.has(name)) return known.get(name);
      const current = tables(collection).current(key);
      known.set(name, current);
      return current;
    },
    set: (collection: CollectionName, key: string, current: CurrentRecord | undefined) => {
      known.set(nameOf(collection, key), current);
    },
  };
}

interface OneWrite {
  records: Records;
  prepared: PreparedWrite;
  scope: string;
  number: number;
}

function applyWrite({ tables, derived }: Dependencies, step: OneWrite): void {
  const { records, prepared, scope, number } = step;
  const { write, value, indexed } = prepared;
  const { collection, key } = write;
  const table = tables(collection);
  const current = records.get(collection, key);
  const before = current === undefined ? undefined : () => table.value(current);
  derived.follow(write, prepared.derived, before);
  if (write.kind === 'delete') {
    if (current !== undefined) table.remove(current);
    records.set(collection, key, undefined);
    return;
  }
  const record = { key, scope, revision: number, value, indexed };
  const written = current === undefined ? table.insert(record) : table.update(current, record);
  records.set(collection, key, written);
}

function tooManyEvents(scope: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `A transaction of ${scope} has more than ${EVENTS_PER_TRANSACTION_MAX} events.`,
    facts: { scope, eventsMax: EVENTS_PER_TRANSACTION_MAX },
  });
}

function nameOf(collection: CollectionName, key: string): string {
  return `${collection} ${key}`;
}
