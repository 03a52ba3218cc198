import { type JournalPage, type JournalRow, readEventPages, touchedOfRow } from '../kept-events.ts';
import type { Change, EventQuery, SequencedEvent } from '../store.ts';
import type { Reading } from './queries.ts';
import { asText } from './text.ts';

interface Row {
  sequence: string;
  scope: string;
  number: string;
  at_ms: string;
  run_id: string | null;
  events: string;
}

const CHANGES =
  'SELECT sequence, scope, number, touched FROM journal WHERE sequence > $1 ORDER BY sequence LIMIT $2';

export async function readChanges(
  pool: Reading,
  { afterSequence, limit }: { afterSequence: number; limit: number },
): Promise<Change[]> {
  const values = [afterSequence, limit];
  const { rows } = await pool.query({ name: 'changes', text: CHANGES, values });
  return rows.map(({ sequence, scope, number, touched }) => ({
    sequence: Number(sequence),
    scope,
    number: Number(number),
    touched: touchedOfRow(Number(sequence), touched),
  }));
}

const COLUMNS = 'j.sequence, j.scope, j.number, j.at_ms, j.run_id, j.events';

const ALL = `
  SELECT ${COLUMNS} FROM journal AS j
  WHERE j.sequence >= $1 AND j.events IS NOT NULL ORDER BY j.sequence LIMIT $2`;

/** Within a scope numbers grow as sequences do: its index has them in the wanted order. */
const OF_SCOPE = `
  SELECT ${COLUMNS} FROM journal AS j
  WHERE j.scope = $3 AND j.sequence >= $1 AND j.events IS NOT NULL
    AND j.number >= coalesce((
      SELECT number FROM journal WHERE scope = $3 AND sequence >= $1 ORDER BY number LIMIT 1
    ), 0)
  ORDER BY j.number LIMIT $2`;

const OF_RUN = `
  SELECT ${COLUMNS} FROM journal AS j
  WHERE j.run_id = $3 AND j.sequence >= $1 AND j.events IS NOT NULL
  UNION ALL
  SELECT ${COLUMNS} FROM journal_runs AS one JOIN journal AS j ON j.sequence = one.sequence
  WHERE one.run_id = $3 AND one.sequence >= $1 AND j.events IS NOT NULL
  ORDER BY 1 LIMIT $2`;

export function readEvents(pool: Reading, query: EventQuery): Promise<SequencedEvent[]> {
  return readEventPages(query, async (page) => {
    const { rows } = await pool.query<Row>(statementFor(query, page));
    return rows.map(journalRow);
  });
}

function statementFor({ scope, runId }: EventQuery, { from, count }: JournalPage) {
  const page = [from, count];
  if (runId !== undefined) {
    return { name: 'events-of-run', text: OF_RUN, values: [...page, asText(runId)] };
  }
  if (scope === undefined) return { name: 'events', text: ALL, values: page };
  return { name: 'events-of-scope', text: OF_SCOPE, values: [...page, asText(scope)] };
}

function journalRow(row: Row): JournalRow {
  return {
    scope: row.scope,
    number: Number(row.number),
    sequence: Number(row.sequence),
    atMs: Number(row.at_ms),
    runId: row.run_id,
    json: row.events,
  };
}
