import type { EventDraft } from '../model/event.ts';
import { listOf, map, nullOr, optional, shaped, text } from '../model/shapes/check.ts';
import { changeSequence, committedEvents } from './committed-events.ts';
import { readJson } from './read-record.ts';
import type { Change, Committed, EventQuery, SequencedEvent } from './store.ts';

/**
 * What the journal keeps of a transaction, as text. `runId` null: of no run, or each event says its own,
 * and `runIds` names them; `json` null: there are no events.
 */
export interface KeptEvents {
  runId: string | null;
  runIds: readonly string[];
  json: string | null;
}

type KeptEvent = Omit<EventDraft, 'runId'> & { runId?: string | null };

/** Most transactions tell of one run: its id is kept once. */
export function eventsToKeep(events: readonly EventDraft[]): KeptEvents {
  const [first] = events;
  if (first === undefined) return { runId: null, runIds: [], json: null };
  const isOfOneRun = events.every(({ runId }) => runId === first.runId);
  const kept = events.map(({ type, runId, address, data }): KeptEvent => {
    return isOfOneRun ? { type, address, data } : { type, runId, address, data };
  });
  const json = JSON.stringify(kept);
  if (isOfOneRun) return { runId: first.runId, runIds: [], json };
  const runIds = new Set(events.flatMap(({ runId }) => runId ?? []));
  return { runId: null, runIds: [...runIds], json };
}

const KEPT_EVENTS = listOf(
  shaped<KeptEvent>({
    type: text,
    runId: optional(nullOr(text)),
    address: nullOr(text),
    data: map,
  }),
);

/** A row of the journal, as it was found. */
export interface JournalRow extends Committed {
  scope: string;
  runId: string | null;
  json: string;
}

/** Throws RECORD_DAMAGED. */
export function eventsOfRow({ scope, runId, json, ...committed }: JournalRow): SequencedEvent[] {
  const kept = readJson<KeptEvent[]>(`events/${scope}:${committed.number}`, json, KEPT_EVENTS);
  const events = kept.map(
    ({ runId: own = runId, ...rest }): EventDraft => ({ ...rest, runId: own }),
  );
  return committedEvents({ scope, events }, committed);
}

export function isAskedFor(
  { sequence, event }: SequencedEvent,
  { scope, runId, address, afterSequence = 0 }: EventQuery,
): boolean {
  if (sequence <= afterSequence) return false;
  if (scope !== undefined && event.scope !== scope) return false;
  if (runId !== undefined && event.runId !== runId) return false;
  return address === undefined || event.address === address;
}

/** Entries of the journal to look through at once, from this sequence on. */
export interface JournalPage {
  from: number;
  count: number;
}

const ROWS_AT_ONCE = 500;

/** Rows that may hold what is asked for, page by page; then the events themselves are looked at. */
export async function readEventPages(
  query: EventQuery,
  rowsOf: (page: JournalPage) => Promise<readonly JournalRow[]>,
): Promise<SequencedEvent[]> {
  const { afterSequence = 0, limit } = query;
  const found: SequencedEvent[] = [];
  for (let from = changeSequence(afterSequence); ; ) {
    const rows = await rowsOf({ from, count: ROWS_AT_ONCE });
    for (const row of rows) found.push(...eventsOfRow(row).filter((one) => isAskedFor(one, query)));
    if (found.length >= limit || rows.length < ROWS_AT_ONCE) return found.slice(0, limit);
    from = (rows.at(-1)?.sequence ?? from) + 1;
  }
}

const TOUCHED = listOf(shaped<Change['touched'][number]>({ collection: text, key: text }));

/** What a row of the journal says that it wrote. Throws RECORD_DAMAGED. */
export function touchedOfRow(sequence: number, json: string): Change['touched'] {
  return readJson<Change['touched']>(`changes/${sequence}`, json, TOUCHED);
}
