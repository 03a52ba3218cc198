import type { JournalPage } from '../../kept-events.ts';
import type { Statement } from './statement.ts';

/**
 * The newest content of the journal is found by indexes on its `sequence`, `scope` and `runIds[*]`.
 * FILTER, SORT, LIMIT: https://docs.arangodb.com/3.12/aql/high-level-operations/
 * IN with an index on `runIds[*]`: https://docs.arangodb.com/3.12/index-and-search/indexing/working-with-indexes/persistent-indexes/#array-indexes
 */
const ENTRY =
  'RETURN { sequence: entry.sequence, scope: entry.scope, number: entry.number, atMs: entry.atMs, runId: entry.runId, json: entry.events }';

const EVENTS = `
FOR entry IN journal
  FILTER entry.sequence >= @from
  FILTER entry.events != null
  SORT entry.sequence
  LIMIT @count
  ${ENTRY}`;

const EVENTS_OF_SCOPE = `
FOR entry IN journal
  FILTER entry.scope == @scope
  FILTER entry.sequence >= @from
  FILTER entry.events != null
  SORT entry.sequence
  LIMIT @count
  ${ENTRY}`;

const EVENTS_OF_RUN = `
FOR entry IN journal
  FILTER @runId IN entry.runIds
  FILTER entry.sequence >= @from
  FILTER entry.events != null
  SORT entry.sequence
  LIMIT @count
  ${ENTRY}`;

export function events({ from, count }: JournalPage): Statement {
  return { query: EVENTS, bindVars: { from, count } };
}

export function eventsOfScope(scope: string, { from, count }: JournalPage): Statement {
  return { query: EVENTS_OF_SCOPE, bindVars: { scope, from, count } };
}

export function eventsOfRun(runId: string, { from, count }: JournalPage): Statement {
  return { query: EVENTS_OF_RUN, bindVars: { runId, from, count } };
}

const CHANGES = `
FOR entry IN journal
  FILTER entry.sequence > @after
  SORT entry.sequence
  LIMIT @count
  RETURN { sequence: entry.sequence, scope: entry.scope, number: entry.number, touched: entry.touched }`;

export function changes(after: number, count: number): Statement {
  return { query: CHANGES, bindVars: { after, count } };
}

const GROUP_OF = 'FOR entry IN journal FILTER entry._key == @key RETURN entry.groupId';

/** Of the group that took this place in the feed. */
export function groupOf(key: string): Statement {
  return { query: GROUP_OF, bindVars: { key } };
}

const COUNTER = 'FOR counter IN counters FILTER counter._key == @key RETURN counter.value';

export function counter(key: string): Statement {
  return { query: COUNTER, bindVars: { key } };
}
