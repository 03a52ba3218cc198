import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import {
  type Before,
  type Decision,
  decideGroup,
  type Known,
  NO_RECORD,
  recordId,
} from '../decide-group.ts';
import {
  CommitUnknown,
  createSettledCommit,
  type Group,
  type GroupWork,
  type PhysicalCommit,
} from '../physical-commit.ts';
import { COLLECTION_NAMES, type CollectionName } from '../records.ts';
import { groupOf } from './aql/journal.ts';
import { type Looked, look } from './aql/look.ts';
import type { Statement } from './aql/statement.ts';
import { remove, write } from './aql/write.ts';
import type { Link } from './connections.ts';
import { documentsOf, FEED, LOG_PLACE, PUBLISHED, scopeCounter } from './documents.ts';
import { documentKey } from './keys.ts';
import { LAYOUT } from './layout.ts';

interface Dependencies {
  link: Link;
  clock: Clock;
  ids: Ids;
}

/** Runs one statement inside the transaction: the driver takes no more than one at a time. */
type Step = <T>(statement: Statement) => Promise<T[]>;

const LOCK_TIMEOUT_S = 10;

/**
 * https://docs.arangodb.com/3.12/develop/http-api/transactions/stream-transactions/
 * Whoever commits holds `counters` alone from before it looks until its commit is over: all writers of all
 * processes come one after the other, so the order of commits is the order of the feed. A process that is
 * stopped in the middle holds up the others until the server ends its transaction (60 s by default).
 */
const DECLARED = {
  exclusive: ['counters'],
  write: LAYOUT.map(({ name }) => name).filter((name) => name !== 'counters'),
};
const OPTIONS = { waitForSync: true, allowImplicit: false, lockTimeout: LOCK_TIMEOUT_S };

/**
 * One stream transaction of the database for each group: it is begun, looked and written in two or three
 * statements, and committed. A commit whose answer was lost is looked up in the journal, behind the same
 * lock: the server lets go of it only once the lost transaction has ended, one way or the other.
 */
export function createPhysicalCommit({ link, clock, ids }: Dependencies): PhysicalCommit {
  const { database, ask } = link;

  async function attempt(group: Group): Promise<Decision> {
    // Set once all is written: what goes wrong from then on is the commit, with or without its effect.
    const sent: { work?: GroupWork } = {};
    try {
      return await database.withTransaction(
        DECLARED,
        async (runStep) => {
          const step: Step = (statement) => runStep(() => ask(statement));
          const { before, counters } = await lookFor(step, group);
          const decision = decideGroup(group.transactions, before, clock.nowMs());
          const work = { ...group, decision, groupId: ids() };
          await writeAll(step, work, counters);
          sent.work = work;
          return decision;
        },
        OPTIONS,
      );
    } catch (error) {
      throw sent.work === undefined ? error : new CommitUnknown(sent.work, error);
    }
  }

  async function wasCommitted({ decision, groupId }: GroupWork): Promise<boolean> {
    const first = decision.entries[0];
    // Nothing but what may be written twice.
    if (first === undefined) return false;
    const found = await database.withTransaction(
      { exclusive: ['counters'], read: ['journal'] },
      (runStep) => runStep(() => ask<string>(groupOf(String(first.sequence)))),
      OPTIONS,
    );
    return found[0] === groupId;
  }

  return {
    commit: createSettledCommit({ clock, attempt, wasCommitted, drop: async () => {} }),
    close: async () => {},
  };
}

async function writeAll(
  step: Step,
  work: GroupWork,
  counters: ReadonlyMap<string, number>,
): Promise<void> {
  const { written, removed } = documentsOf(work, counters);
  if (removed !== null) await step(remove(removed));
  if (Object.values(written).some((documents) => documents.length > 0)) await step(write(written));
}

interface Found {
  before: Before;
  counters: ReadonlyMap<string, number>;
}

async function lookFor(step: Step, { transactions }: Group): Promise<Found> {
  const keys = keysOf(transactions);
  const scopes = new Set(transactions.map(({ scope }) => scopeCounter(scope)));
  const [looked] = await step<Looked>(
    look({ ...keys, counters: [FEED, LOG_PLACE, PUBLISHED, ...scopes] }),
  );
  const counters = new Map(looked?.counters.map(({ key, value }) => [key, value]));
  const records = new Map<string, Known>(
    COLLECTION_NAMES.flatMap((collection) =>
      (looked?.[collection] ?? []).map(
        ({ key, ...known }) => [recordId(collection, documentKey(key)), known] as const,
      ),
    ),
  );
  return {
    counters,
    before: {
      sequence: counters.get(FEED) ?? 0,
      record: (collection, key) => records.get(recordId(collection, documentKey(key))) ?? NO_RECORD,
      number: (scope) => counters.get(scopeCounter(scope)) ?? 0,
    },
  };
}

function keysOf(transactions: Group['transactions']): Record<CollectionName, string[]> {
  const named = transactions.flatMap(({ expect, writes }) => [
    ...expect,
    ...writes.map(({ write: about }) => about),
  ]);
  const groups = Map.groupBy(named, ({ collection }) => collection);
  const entries = COLLECTION_NAMES.map((name) => {
    const keys = (groups.get(name) ?? []).map(({ key }) => documentKey(key));
    return [name, [...new Set(keys)]] as const;
  });
  // Each of the collections is there.
  return Object.fromEntries(entries) as Record<CollectionName, string[]>;
}
