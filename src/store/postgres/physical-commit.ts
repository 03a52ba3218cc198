import type pg from 'pg';
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import { type Before, type Decision, decideGroup } from '../decide-group.ts';
import {
  CommitUnknown,
  createSettledCommit,
  type Group,
  type GroupWork,
  type PhysicalCommit,
} from '../physical-commit.ts';
import type { Connections } from './connections.ts';
import { isConnectionLost } from './failure.ts';
import type { Hints } from './hints.ts';
import { createKnownRecords } from './known.ts';
import { sendWrites } from './write-group.ts';

interface Dependencies {
  connections: Connections;
  clock: Clock;
  ids: Ids;
  hints: Pick<Hints, 'send'>;
}

const LOCK = 'SELECT sequence FROM feed FOR UPDATE';
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/**
 * One connection that writes. Whoever commits holds the row of `feed` from before it looks until after
 * its COMMIT: all writers of all processes come one after the other, which makes the order of commits
 * the order of the feed, a check a plain look, and a deadlock impossible. The price is that they do not
 * overlap; what waits meanwhile shares the next commit instead.
 *
 * A commit whose answer was lost is looked up in the journal, under that same row: the server lets go
 * of it only once the lost transaction has ended, one way or the other.
 */
export function createPhysicalCommit(dependencies: Dependencies): PhysicalCommit {
  const { connections, clock, ids, hints } = dependencies;
  const known = createKnownRecords();
  let connected: Promise<pg.Client> | undefined;
  let leftAt = -1;

  const client = () => {
    connected ??= connections.connect().catch((error) => {
      connected = undefined;
      throw error;
    });
    return connected;
  };

  const drop = async () => {
    const dropped = await connected?.catch(() => undefined);
    connected = undefined;
    forget();
    await dropped?.end().catch(() => {});
  };

  const forget = () => {
    leftAt = -1;
    known.forget();
  };

  async function attempt(group: Group): Promise<Decision> {
    const writer = await client();
    let work: GroupWork | undefined;
    try {
      const before = await begin(writer, group.transactions);
      const decision = decideGroup(group.transactions, before, clock.nowMs());
      work = { ...group, decision, groupId: ids() };
      await write(writer, work, hints);
      leftAt = decision.sequence;
      known.committed(decision);
      return decision;
    } catch (error) {
      if (!isConnectionLost(error)) {
        forget();
        await writer.query('ROLLBACK').catch(drop);
        throw error;
      }
      await drop();
      throw work === undefined ? error : new CommitUnknown(work, error);
    }
  }

  /** From now on nobody else commits. */
  async function begin(writer: pg.Client, transactions: Group['transactions']): Promise<Before> {
    const begun = writer.query(BEGIN);
    const locked = writer.query({ name: 'lock', text: LOCK });
    const look = known.lookUp(writer, transactions);
    const [, { rows }] = await all([begun, locked, look.answered]);
    const sequence = Number(rows[0]?.sequence ?? 0);
    if (sequence !== leftAt) {
      forget();
      await look.askForRemembered(writer);
    }
    return look.before(sequence);
  }

  async function wasCommitted({ decision, groupId }: GroupWork): Promise<boolean> {
    const first = decision.entries[0];
    // Nothing but what may be written twice.
    if (first === undefined) return false;
    const writer = await client();
    const text = 'SELECT group_id FROM journal WHERE sequence = $1';
    const [, , { rows }] = await all([
      writer.query(BEGIN),
      writer.query(LOCK),
      writer.query({ text, values: [first.sequence] }),
      writer.query('COMMIT'),
    ]);
    return rows[0]?.group_id === groupId;
  }

  return {
    commit: createSettledCommit({ clock, attempt, wasCommitted, drop }),
    close: drop,
  };
}

/** A group that came to nothing is ended without waiting for the disk. */
async function write(
  writer: pg.Client,
  work: GroupWork,
  hints: Pick<Hints, 'send'>,
): Promise<void> {
  const writes = sendWrites(writer, work);
  const { entries } = work.decision;
  if (entries.length > 0) writes.push(hints.send(writer, entries));
  await all([...writes, writer.query(writes.length === 0 ? 'ROLLBACK' : 'COMMIT')]);
}

/** All have ended when it does: with the first failure, where there is one. */
async function all<T extends readonly unknown[]>(
  sent: [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  const settled = await Promise.allSettled(sent);
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as {
    -readonly [P in keyof T]: Awaited<T[P]>;
  };
}
