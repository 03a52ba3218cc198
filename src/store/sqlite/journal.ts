import type { EventDraft, EventRecord, EventType } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import { listOf, map, shaped, text } from '../../model/shapes/check.ts';
import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, nullableTextOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { eventId } from '../event-id.ts';
import { readJson } from '../read-record.ts';
import type { Change, EventQuery, SequencedEvent } from '../store.ts';

/** What was committed, in order: the events, which of them are still to be published, the feed. */
export interface Journal {
  append(entry: JournalEntry): void;
  events(query: EventQuery): SequencedEvent[];
  unpublished(limit: number): SequencedEvent[];
  markPublished(sequences: readonly number[]): void;
  changes(afterSequence: number, limit: number): Change[];
}

export interface JournalEntry {
  scope: string;
  number: number;
  atMs: number;
  events: readonly JournalEvent[];
  /** `Change['touched']` as JSON. */
  touched: string;
}

/** An event draft whose data is JSON already. */
export type JournalEvent = Omit<EventDraft, 'data'> & { data: string };

const EVENT_COLUMNS =
  'e.sequence, e.scope, e.number, e.position, e.type, e.run_id, e.address, e.at_ms, e.data';

export function createJournal({ statement }: Sqlite): Journal {
  const unpublished = statement(
    `SELECT ${EVENT_COLUMNS} FROM outbox AS o CROSS JOIN events AS e ON e.sequence = o.sequence ` +
      'ORDER BY o.sequence LIMIT ?',
  );
  const published = statement(
    'DELETE FROM outbox WHERE sequence IN (SELECT value FROM json_each(?))',
  );
  const changes = statement(
    'SELECT sequence, scope, number, touched FROM changes WHERE sequence > ? ' +
      'ORDER BY sequence LIMIT ?',
  );

  return {
    append: createAppend({ statement }),
    events: ({ scope, runId, address, afterSequence = 0, limit }) => {
      const conditions = ['e.sequence > ?'];
      const values: (string | number)[] = [afterSequence];
      for (const [column, value] of [
        ['e.scope', scope],
        ['e.run_id', runId],
        ['e.address', address],
      ] as const) {
        if (value === undefined) continue;
        conditions.push(`${column} = ?`);
        values.push(value);
      }
      const query = statement(
        `SELECT ${EVENT_COLUMNS} FROM events AS e WHERE ${conditions.join(' AND ')} ` +
          'ORDER BY e.sequence LIMIT ?',
      );
      return query.all(...values, limit).map(sequencedEvent);
    },
    unpublished: (limit) => unpublished.all(limit).map(sequencedEvent),
    markPublished: (sequences) => {
      published.run(JSON.stringify(sequences));
    },
    changes: (afterSequence, limit) => changes.all(afterSequence, limit).map(changeOf),
  };
}

function createAppend({ statement }: Pick<Sqlite, 'statement'>): Journal['append'] {
  const insertEvent = statement(
    'INSERT INTO events (scope, number, position, type, run_id, address, at_ms, data) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertOutbox = statement('INSERT INTO outbox (sequence) VALUES (?)');
  const insertChange = statement('INSERT INTO changes (scope, number, touched) VALUES (?, ?, ?)');

  return ({ scope, number, atMs, events, touched }) => {
    for (const [position, { type, runId, address, data }] of events.entries()) {
      const facts = [scope, number, position, type, runId, address, atMs, data];
      insertOutbox.run(insertEvent.run(...facts).lastInsertRowid);
    }
    insertChange.run(scope, number, touched);
  };
}

function sequencedEvent(row: Row): SequencedEvent {
  const scope = textOf(row, 'scope');
  const number = integerOf(row, 'number');
  const index = integerOf(row, 'position');
  const id = eventId(scope, number, index);
  const data = readJson<JsonObject>(`events/${id}`, textOf(row, 'data'), map);
  const event: EventRecord = {
    id,
    scope,
    number,
    index,
    // Written by this program, which knows no other types.
    type: textOf(row, 'type') as EventType,
    runId: nullableTextOf(row, 'run_id'),
    address: nullableTextOf(row, 'address'),
    data,
    atMs: integerOf(row, 'at_ms'),
  };
  return { sequence: integerOf(row, 'sequence'), event };
}

const TOUCHED = listOf(shaped<Change['touched'][number]>({ collection: text, key: text }));

function changeOf(row: Row): Change {
  const name = `changes/${integerOf(row, 'sequence')}`;
  const touched = readJson<Change['touched']>(name, textOf(row, 'touched'), TOUCHED);
  return {
    sequence: integerOf(row, 'sequence'),
    scope: textOf(row, 'scope'),
    number: integerOf(row, 'number'),
    touched,
  };
}
