import { text } from '../../model/shapes/check.ts';
import type { Reads } from '../database-store.ts';
import {
  createReading,
  demandNotTooMany,
  type RecordRow,
  rowsAskedFor,
  wantedFields,
} from '../finding.ts';
import { type JournalPage, type JournalRow, readEventPages, touchedOfRow } from '../kept-events.ts';
import { readJson } from '../read-record.ts';
import { type CollectionName, KEYS_BEGIN_WITH } from '../records.ts';
import { SEARCHED_COLLECTIONS, searchWords } from '../search-text.ts';
import {
  type Change,
  CLOSURE_EDGES_MAX,
  type Closure,
  type ClosureQuery,
  type EventQuery,
  type FindQuery,
  type LogChunk,
  type SearchHit,
} from '../store.ts';
import { closure, type Reached } from './aql/graph.ts';
import { changes, counter, events, eventsOfRun, eventsOfScope } from './aql/journal.ts';
import { logOfRun, logOfStep } from './aql/logs.ts';
import { type Condition, find, get } from './aql/records.ts';
import { search } from './aql/search.ts';
import type { Statement } from './aql/statement.ts';
import type { Link } from './connections.ts';
import { PUBLISHED, searchedWord } from './documents.ts';
import { documentKey, orderOf, vertexId } from './keys.ts';

export function createReads({ ask }: Link): Reads {
  const stored = createReading();
  return {
    get: async (collection, key) => {
      const [row] = await ask<RecordRow>(get(collection, documentKey(key)));
      return row === undefined ? undefined : stored(collection, row);
    },
    find: async (collection, query = {}) => {
      const statement = find(collection, {
        conditions: conditionsOf(collection, query),
        isReverse: query.reverse === true,
        count: rowsAskedFor(query.limit),
      });
      const rows = await ask<RecordRow>(statement);
      demandNotTooMany(collection, rows.length);
      return rows.map((row) => stored(collection, row));
    },
    events: (query) =>
      readEventPages(query, (page) => ask<JournalRow>(eventsStatement(query, page))),
    changes: async ({ afterSequence, limit }) => {
      const rows = await ask<ChangeRow>(changes(afterSequence, limit));
      return rows.map((row) => ({ ...row, touched: touchedOfRow(row.sequence, row.touched) }));
    },
    readLog: async ({ runId, address, afterSequence, limit }) => {
      const page = { runId: runId.toWellFormed(), after: afterSequence, count: limit };
      const statement = address === null ? logOfRun(page) : logOfStep(address.toWellFormed(), page);
      const rows = await ask<LogChunk & { sequence: number }>(statement);
      return rows.map((row) => ({
        ...row,
        text: readJson<string>(`logs/${row.sequence}`, row.text, text),
      }));
    },
    closure: (query) => readClosure(ask, query),
    search: async ({ text: asked, collections = SEARCHED_COLLECTIONS, limit }) => {
      const words = [...new Set(searchWords(asked).map(searchedWord))];
      if (words.length === 0) return [];
      return ask<SearchHit>(search(words, { collections, limit }));
    },
    publishedThrough: async () => {
      const [value] = await ask<number>(counter(PUBLISHED));
      return value ?? 0;
    },
  };
}

type ChangeRow = Omit<Change, 'touched'> & { touched: string };

function eventsStatement({ scope, runId }: EventQuery, page: JournalPage): Statement {
  if (runId !== undefined) return eventsOfRun(runId.toWellFormed(), page);
  return scope === undefined ? events(page) : eventsOfScope(scope.toWellFormed(), page);
}

function conditionsOf<C extends CollectionName>(collection: C, query: FindQuery<C>): Condition[] {
  const conditions = wantedFields(collection, query).flatMap(([field, wanted]): Condition[] => {
    if (typeof wanted !== 'string') {
      return [{ field, operator: 'IN', value: wanted.map((one) => one.toWellFormed()) }];
    }
    if (KEYS_BEGIN_WITH[collection] !== field) {
      return [{ field, operator: '==', value: wanted.toWellFormed() }];
    }
    // The slash and the character after it: all keys that begin so, in their own order.
    return [
      { field: 'order', operator: '>', value: orderOf(`${wanted}/`) },
      { field: 'order', operator: '<', value: orderOf(`${wanted}0`) },
    ];
  });
  const { afterKey, changedAfter, reverse } = query;
  if (afterKey !== undefined) {
    conditions.push({ field: 'order', operator: reverse ? '<' : '>', value: orderOf(afterKey) });
  }
  if (changedAfter !== undefined) {
    conditions.push({ field: 'revision', operator: '>', value: changedAfter });
  }
  return conditions;
}

/** No graph is deeper than it has resources, and a path in memory has a bound. */
const DEPTH_MAX = 100_000;

async function readClosure(
  ask: Link['ask'],
  { key, direction, depthMax = DEPTH_MAX, limit }: ClosureQuery,
): Promise<Closure> {
  const statement = closure({
    direction,
    start: vertexId(key),
    depthMax,
    limit,
    edgesMax: CLOSURE_EDGES_MAX + 1,
  });
  const [found = { reached: [], edges: [] }] = await ask<Reached>(statement);
  const near = found.reached.filter(({ distance }) => distance <= depthMax);
  const told = near.slice(0, limit);
  const edges = found.edges.slice(0, CLOSURE_EDGES_MAX);
  return {
    nodes: told.map(({ key: reached, distance }) => ({ key: reached, depth: distance })),
    edges,
    truncated: told.length < found.reached.length || edges.length < found.edges.length,
  };
}
