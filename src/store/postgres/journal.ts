import { changeSequence } from '../committed-events.ts';
import { eventsOfRow, isAskedFor, touchedOfRow } from '../kept-events.ts';
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

const ROWS_AT_ONCE = 500;

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

/** Rows that may hold what is asked for, page by page; then the events themselves are looked at. */
export async function readEvents(pool: Reading, query: EventQuery): Promise<SequencedEvent[]> {
  const { afterSequence = 0, limit } = query;
  const found: SequencedEvent[] = [];
  for (let from = changeSequence(afterSequence); ; ) {
    const { rows } = await pool.query<Row>(statementFor(query, from));
    for (const row of rows) found.push(...eventsOf(row).filter((one) => isAskedFor(one, query)));
    if (found.length >= limit || rows.length < ROWS_AT_ONCE) return found.slice(0, limit);
    from = Number(rows.at(-1)?.sequence) + 1;
  }
}

function statementFor({ scope, runId }: EventQuery, from: number) {
  const page = [from, ROWS_AT_ONCE];
  if (runId !== undefined) {
    return { name: 'events-of-run', text: OF_RUN, values: [...page, asText(runId)] };
  }
  if (scope === undefined) return { name: 'events', text: ALL, values: page };
  return { name: 'events-of-scope', text: OF_SCOPE, values: [...page, asText(scope)] };
}

function eventsOf(row: Row): SequencedEvent[] {
  return eventsOfRow({
    scope: row.scope,
    number: Number(row.number),
    sequence: Number(row.sequence),
    atMs: Number(row.at_ms),
    runId: row.run_id,
    json: row.events,
  });
}
