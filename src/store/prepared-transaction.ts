import { BiotopeError } from '../model/errors.ts';
import { eventsToKeep, type KeptEvents } from './kept-events.ts';
import { type CollectionName, INDEXES } from './records.ts';
import { type Source, sourceOf } from './source.ts';
import {
  EVENTS_PER_TRANSACTION_MAX,
  type Expectation,
  type Transaction,
  type Write,
} from './store.ts';

/** A transaction as text: what its sender does with its objects afterwards does not matter. */
export interface PreparedTransaction {
  scope: string;
  expect: readonly Expectation[];
  writes: readonly PreparedWrite[];
  events: KeptEvents;
  touched: string;
}

export interface PreparedWrite {
  write: Pick<Write, 'kind' | 'collection' | 'key'>;
  value: string;
  /** The values of the collection's INDEXES, in their order. */
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

function tooManyEvents(scope: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `A transaction of ${scope} has more than ${EVENTS_PER_TRANSACTION_MAX} events.`,
    facts: { scope, eventsMax: EVENTS_PER_TRANSACTION_MAX },
  });
}
