import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, nullableTextOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { changeSequence } from '../committed-events.ts';
import { eventsOfRow, isAskedFor, type KeptEvents, touchedOfRow } from '../kept-events.ts';
import type { CollectionName } from '../records.ts';
import type { Change, EventQuery, SequencedEvent } from '../store.ts';
import type { Cursors } from './cursors.ts';

/**
 * What was committed, in order: a row for each transaction, with its events as one text. Where the
 * rows of a scope and of a run stand is found out later, for many at once (`indexNew`); behind that,
 * queries look at every row. So a commit writes at the end of one table only.
 */
export interface Journal {
  /** Returns the transaction's place in the feed. */
  append(entry: JournalEntry): number;
  events(query: EventQuery): SequencedEvent[];
  changes(afterSequence: number, limit: number): Change[];
  /** Of the last transaction; 0 where there is none. */
  lastSequence(): number;
  /** The last number of each scope that has rows behind the index, and of others one by one. */
  newNumbers(): Map<string, number>;
  numberOf(scope: string): number;
  /** What transactions after this one have touched, each record once. */
  touchedAfter(sequence: number): Change['touched'];
  /** Rows that were appended here since the last `indexNew`, or a few less. */
  readonly newRows: number;
  /** Takes all rows into the index. */
  indexNew(): void;
}

export interface JournalEntry {
  scope: string;
  number: number;
  atMs: number;
  events: KeptEvents;
  /** `Change['touched']` as JSON. */
  touched: string;
}

const ROWS_AT_ONCE = 200;

export function createJournal({ statement }: Sqlite, cursors: Cursors): Journal {
  const insert = statement(
    'INSERT INTO journal (scope, number, at_ms, run_id, touched, events) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const changes = statement(
    'SELECT sequence, scope, number, touched FROM journal WHERE sequence > ? ' +
      'ORDER BY sequence LIMIT ?',
  );
  const last = statement('SELECT coalesce(max(sequence), 0) AS sequence FROM journal');
  const newNumbers = statement(
    'SELECT scope, max(number) AS number FROM journal WHERE sequence > ? GROUP BY scope',
  );
  const numberOf = statement(
    'SELECT number FROM journal WHERE sequence = ' +
      '(SELECT max(sequence) FROM journal_places WHERE subject = ?)',
  );
  const touched = statement(
    "SELECT DISTINCT one.value ->> '$.collection' AS collection, one.value ->> '$.key' AS key " +
      'FROM journal CROSS JOIN json_each(journal.touched) AS one WHERE journal.sequence > ?',
  );
  const indexing = INDEXING.map(statement);
  const lastSequence = () => integerOf(last.get() ?? {}, 'sequence');
  let newRows = 0;

  return {
    append: ({ scope, number, atMs, events: { runId, json }, touched }) => {
      newRows += 1;
      return Number(insert.run(scope, number, atMs, runId, touched, json).lastInsertRowid);
    },
    events: createEventQuery({ statement }, cursors),
    changes: (afterSequence, limit) => changes.all(afterSequence, limit).map(changeOf),
    lastSequence,
    newNumbers: () => {
      const rows = newNumbers.all(cursors.get('indexed'));
      return new Map(rows.map((row) => [textOf(row, 'scope'), integerOf(row, 'number')]));
    },
    numberOf: (scope) => {
      const row = numberOf.get(scopeSubject(scope));
      return row === undefined ? 0 : integerOf(row, 'number');
    },
    touchedAfter: (sequence) => touched.all(sequence).map(touchedOf),
    get newRows() {
      return newRows;
    },
    indexNew: () => {
      newRows = 0;
      const sequence = cursors.get('indexed');
      for (const step of indexing) step.run(sequence);
      cursors.set('indexed', lastSequence());
    },
  };
}

const scopeSubject = (scope: string) => `scope ${scope}`;
const runSubject = (runId: string) => `run ${runId}`;

const INDEXING = [
  `INSERT INTO journal_places
   SELECT 'scope ' || scope, sequence FROM journal WHERE sequence > ? ORDER BY scope, sequence`,
  `INSERT INTO journal_places
   SELECT 'run ' || run_id, sequence FROM journal WHERE sequence > ? AND run_id IS NOT NULL
   ORDER BY run_id, sequence`,
  `INSERT INTO journal_places
   SELECT DISTINCT 'run ' || (one.value ->> '$.runId'), sequence
   FROM journal CROSS JOIN json_each(journal.events) AS one
   WHERE sequence > ? AND run_id IS NULL AND one.value ->> '$.runId' IS NOT NULL`,
];

const COLUMNS = 'j.sequence, j.scope, j.number, j.at_ms, j.run_id, j.events';

/** Rows that may hold what is asked for, page by page; then the events themselves are looked at. */
function createEventQuery({ statement }: Pick<Sqlite, 'statement'>, cursors: Cursors) {
  const indexed = statement(
    `SELECT ${COLUMNS} FROM journal_places AS p CROSS JOIN journal AS j ON j.sequence = p.sequence ` +
      'WHERE p.subject = ? AND p.sequence >= ? AND p.sequence <= ? AND j.events IS NOT NULL ' +
      'ORDER BY p.sequence LIMIT ?',
  );
  const following = statement(
    `SELECT ${COLUMNS} FROM journal AS j WHERE j.sequence >= ? AND j.events IS NOT NULL ` +
      'ORDER BY j.sequence LIMIT ?',
  );

  return (query: EventQuery): SequencedEvent[] => {
    const { scope, runId, afterSequence = 0, limit } = query;
    const subject = subjectOf(scope, runId);
    const found: SequencedEvent[] = [];
    let from = changeSequence(afterSequence);
    const take = (rows: Row[]): boolean => {
      for (const row of rows) found.push(...eventsOf(row).filter((one) => isAskedFor(one, query)));
      from = integerOf(rows.at(-1) ?? { sequence: from - 1 }, 'sequence') + 1;
      return rows.length === ROWS_AT_ONCE && found.length < limit;
    };
    // Read once: rows that are taken into the index meanwhile are met behind it all the same.
    const indexedThrough = subject === null ? 0 : cursors.get('indexed');
    if (subject !== null && from <= indexedThrough) {
      while (take(indexed.all(subject, from, indexedThrough, ROWS_AT_ONCE)));
      if (found.length < limit) from = indexedThrough + 1;
    }
    while (found.length < limit && take(following.all(from, ROWS_AT_ONCE)));
    return found.slice(0, limit);
  };
}

function subjectOf(scope: string | undefined, runId: string | undefined): string | null {
  if (runId !== undefined) return runSubject(runId);
  return scope === undefined ? null : scopeSubject(scope);
}

function eventsOf(row: Row): SequencedEvent[] {
  return eventsOfRow({
    scope: textOf(row, 'scope'),
    number: integerOf(row, 'number'),
    sequence: integerOf(row, 'sequence'),
    atMs: integerOf(row, 'at_ms'),
    runId: nullableTextOf(row, 'run_id'),
    json: textOf(row, 'events'),
  });
}

function touchedOf(row: Row): Change['touched'][number] {
  // Written by this program, which knows no others.
  return { collection: textOf(row, 'collection') as CollectionName, key: textOf(row, 'key') };
}

function changeOf(row: Row): Change {
  const sequence = integerOf(row, 'sequence');
  return {
    sequence,
    scope: textOf(row, 'scope'),
    number: integerOf(row, 'number'),
    touched: touchedOfRow(sequence, textOf(row, 'touched')),
  };
}
