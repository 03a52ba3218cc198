import type { Address } from '../model/address.ts';
import type { EventDraft, EventRecord } from '../model/event.ts';
import type { CollectionName, Collections, IndexOf } from './records.ts';

/**
 * The store's port. One contract suite (test/contract/store) holds for every adapter.
 *
 * A transaction is a value: what must still be so, what is to be written, which events tell of it.
 * It is committed whole or refused whole. Nothing else changes the store, logs apart.
 */

/** A record as it was found. `revision`: the scope's number of the transaction that wrote it. */
export interface Stored<T> {
  value: T;
  revision: number;
}

/** The record must still have this revision; null: it must not exist. */
export interface Expectation {
  collection: CollectionName;
  key: string;
  revision: number | null;
}

export type Write = {
  [C in CollectionName]:
    | { kind: 'put'; collection: C; key: string; value: Collections[C] }
    | { kind: 'delete'; collection: C; key: string };
}[CollectionName];

export interface Transaction {
  /**
   * Whose numbers it takes: an environment's name, or `@templates`, `@inbox`. Transactions of
   * different scopes never wait for one counter.
   */
  scope: string;
  expect: Expectation[];
  writes: Write[];
  events: EventDraft[];
}

export interface Committed {
  /** The scope's number of this transaction: gap-free, from 1. Also the revision of its writes. */
  number: number;
  /**
   * Its place in the feed (`Change`), whence the places of its events: see committed-events.ts. The
   * next one of this store has the next number, unless another process has committed in between.
   */
  sequence: number;
  atMs: number;
}

/** Where a transaction stands in the feed of all that happened here: what a second cluster follows. */
export interface Change {
  sequence: number;
  scope: string;
  number: number;
  /** What it wrote: read the records themselves for their newest content; absent means deleted. */
  touched: { collection: CollectionName; key: string }[];
}

export interface FindQuery<C extends CollectionName> {
  where?: { [I in IndexOf<C>]?: string | readonly string[] };
  /** Only records whose key sorts after this one (before it with `reverse`). */
  afterKey?: string;
  /** Only records written by transactions after this number of their scope. */
  changedAfter?: number;
  reverse?: boolean;
  /** At most RECORDS_FOUND_MAX. Without it all are wanted: beyond that it is LIMIT_EXCEEDED. */
  limit?: number;
}

export interface EventQuery {
  scope?: string;
  runId?: string;
  address?: Address;
  /** Sequence of the last event already seen; 0 for all. */
  afterSequence?: number;
  limit: number;
}

/** A transaction of more is LIMIT_EXCEEDED. */
export const EVENTS_PER_TRANSACTION_MAX = 2 ** 20;

export interface SequencedEvent {
  /** Place in the store-wide order of events; grows, has gaps. */
  sequence: number;
  event: EventRecord;
}

export interface LogChunk {
  runId: string;
  address: Address;
  /** Which claim of the step wrote it. An inspection, or an order taken back, is a claim of its own. */
  claimNumber: number;
  /** Where the text begins, in bytes since the claim's first. A chunk told twice is kept once. */
  offset: number;
  text: string;
}

export interface SearchQuery {
  text: string;
  /** Without it all of them. */
  collections?: readonly SearchHit['collection'][];
  limit: number;
}

export interface SearchHit {
  collection: 'environments' | 'resources' | 'templates';
  key: string;
  score: number;
}

/**
 * A node of the dependency graph, and how many edges from where the walk began: a resource's key
 * (`<environment>/<address>`), or `external:<name>` for what others own and all environments share.
 */
export interface ClosureNode {
  key: string;
  depth: number;
}

export interface ClosureQuery {
  key: string;
  direction: 'dependencies' | 'dependents';
  /** Edges from `key`; without it as far as they lead. */
  depthMax?: number;
  /** Nodes told at most. */
  limit: number;
}

export interface Closure {
  /** Without `key` itself; nearest first, in the order of keys within one distance. */
  nodes: ClosureNode[];
  /** Those between `key` and the nodes told, each once: `from` needs `to`. At most CLOSURE_EDGES_MAX. */
  edges: { from: string; to: string }[];
  /** There is more than is told. */
  truncated: boolean;
}

export const CLOSURE_EDGES_MAX = 100_000;

export interface Store {
  /**
   * Resolves once the transaction is durable: a power cut after that loses nothing of it.
   * Rejects with STORE_CONFLICT where an expectation does not hold (nothing was written; read again
   * and decide anew), with STORE_UNAVAILABLE where nobody can tell (read before deciding).
   */
  commit(transaction: Transaction): Promise<Committed>;

  get<C extends CollectionName>(
    collection: C,
    key: string,
  ): Promise<Stored<Collections[C]> | undefined>;

  /**
   * In the order of keys. Sees every transaction whose commit has resolved. Rejects with
   * LIMIT_EXCEEDED where more than RECORDS_FOUND_MAX are found: nothing is cut off silently.
   */
  find<C extends CollectionName>(
    collection: C,
    query?: FindQuery<C>,
  ): Promise<Stored<Collections[C]>[]>;

  events(query: EventQuery): Promise<SequencedEvent[]>;

  /** Through which event's sequence all are published; 0 where none is. */
  publishedThrough(): Promise<number>;

  /**
   * All events through this sequence are published. May be called again, also with less, which
   * changes nothing. Durable soon after: a crash before that makes `publishedThrough` answer less.
   */
  markPublished(throughSequence: number): Promise<void>;

  changes(query: { afterSequence: number; limit: number }): Promise<Change[]>;

  /** Durable with the next commit; may be called again with the same chunk. */
  appendLog(chunk: LogChunk): Promise<void>;

  /** Chunks of one step's log, or of the whole run's where `address` is null, oldest first. */
  readLog(query: {
    runId: string;
    address: Address | null;
    afterSequence: number;
    limit: number;
  }): Promise<(LogChunk & { sequence: number })[]>;

  /** What `key` needs, or what needs it, through any number of edges, in whichever environments. */
  closure(query: ClosureQuery): Promise<Closure>;

  /**
   * Records whose name, description and tags together hold every word of `text`, or a word that
   * begins with it; in any order. Found within 2 s of the commit, best first: see search-text.ts.
   */
  search(query: SearchQuery): Promise<SearchHit[]>;

  /** Calls back after commits, soon and without promise: a hint to look again. */
  watch(listener: (transaction: Transaction, committed: Committed) => void): () => void;

  /**
   * Calls back where another process has committed in these scopes (null: in many), soon or never: a hint
   * to look again. Absent: no other process writes, or nothing tells of it.
   */
  hear?(listener: (scopes: readonly string[] | null) => void): () => void;

  close(): Promise<void>;
}
