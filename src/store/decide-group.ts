import type { BiotopeError } from '../model/errors.ts';
import { digest } from '../platform/digest.ts';
import { storeConflict } from './conflict.ts';
import type { PreparedTransaction, PreparedWrite } from './prepared-transaction.ts';
import type { CollectionName } from './records.ts';
import type { Source } from './source.ts';
import type { Committed } from './store.ts';

/** What is known of a record. Null: there is none. */
export interface Known {
  revision: number | null;
  /** Of the texts and edges that were made from it. */
  derived: string | null;
}

export const NO_RECORD: Known = { revision: null, derived: null };

/** What was in the store when the group began, for all that its transactions name. */
export interface Before {
  /** Of the last transaction in the feed. */
  sequence: number;
  record(collection: CollectionName, key: string): Known;
  number(scope: string): number;
}

export interface NewRow {
  collection: CollectionName;
  key: string;
  scope: string;
  revision: number;
  derived: string | null;
  /** Null: it is deleted. */
  prepared: PreparedWrite | null;
}

export interface NewEntry extends Committed {
  transaction: PreparedTransaction;
}

export interface NewDerived {
  collection: CollectionName;
  key: string;
  /** Undefined: nothing is to be left. */
  source: Source | undefined;
}

export interface Decision {
  /** One for each transaction, in their order. */
  outcomes: (Committed | BiotopeError)[];
  rows: Map<string, NewRow>;
  entries: NewEntry[];
  derived: Map<string, NewDerived>;
  /** As it is afterwards. */
  sequence: number;
  numbers: Map<string, number>;
}

export function recordId(collection: CollectionName, key: string): string {
  return `${collection} ${key}`;
}

/**
 * What a group of transactions comes to, one after the other: each sees what those before it wrote. One
 * whose expectations do not hold is refused alone, and takes no number.
 */
export function decideGroup(
  transactions: readonly PreparedTransaction[],
  before: Before,
  atMs: number,
): Decision {
  const decision: Decision = {
    outcomes: [],
    rows: new Map(),
    entries: [],
    derived: new Map(),
    sequence: before.sequence,
    numbers: new Map(),
  };
  for (const transaction of transactions) {
    decision.outcomes.push(decideOne({ decision, before, atMs }, transaction));
  }
  return decision;
}

interface Group {
  decision: Decision;
  before: Before;
  atMs: number;
}

function decideOne(group: Group, transaction: PreparedTransaction): Committed | BiotopeError {
  const { decision, before, atMs } = group;
  const { scope, expect, writes } = transaction;
  for (const expectation of expect) {
    const { revision } = knownNow(group, expectation.collection, expectation.key);
    if (revision !== expectation.revision) return storeConflict(expectation, revision);
  }
  const number = (decision.numbers.get(scope) ?? before.number(scope)) + 1;
  decision.numbers.set(scope, number);
  decision.sequence += 1;
  for (const prepared of writes) write(group, { prepared, scope, number });
  const committed = { number, sequence: decision.sequence, atMs };
  decision.entries.push({ ...committed, transaction });
  return committed;
}

function knownNow({ decision, before }: Group, collection: CollectionName, key: string): Known {
  const row = decision.rows.get(recordId(collection, key));
  if (row === undefined) return before.record(collection, key);
  return row.prepared === null ? NO_RECORD : row;
}

function write(
  group: Group,
  { prepared, scope, number }: { prepared: PreparedWrite; scope: string; number: number },
): void {
  const { decision } = group;
  const { kind, collection, key } = prepared.write;
  const id = recordId(collection, key);
  const derived = digestOf(prepared.source);
  if (derived !== knownNow(group, collection, key).derived) {
    decision.derived.set(id, { collection, key, source: prepared.source });
  }
  decision.rows.set(id, {
    collection,
    key,
    scope,
    revision: number,
    derived,
    prepared: kind === 'delete' ? null : prepared,
  });
}

function digestOf(source: Source | undefined): string | null {
  return source === undefined ? null : digest(`${source.text}\n${source.edges}`);
}
