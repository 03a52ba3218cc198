import { COLLECTION_NAMES, type CollectionName, INDEXES, KEYS_BEGIN_WITH } from '../records.ts';
import { SEARCHED_COLLECTIONS } from '../search-text.ts';

/**
 * What the database holds: collections with their schemas (JSON Schema, draft 4), their indexes, the graph
 * and the view. https://docs.arangodb.com/3.12/concepts/data-structure/documents/schema-validation/
 *
 * A record is text, so that it comes back as it was written; beside it stands what it is found by. Nothing
 * ends by itself (no TTL index): numbers have no gap, and what is expired is removed by a commit.
 */
export interface CollectionLayout {
  name: string;
  isEdges: boolean;
  properties: Record<string, object>;
  required: readonly string[];
  indexes: readonly IndexLayout[];
}

export interface IndexLayout {
  name: string;
  fields: string[];
  isUnique?: boolean;
}

const TEXT = { type: 'string' };
const TEXT_OR_NONE = { type: ['string', 'null'] };
const PLACE = { type: 'integer', minimum: 0 };
const WORDS = { type: 'array', items: TEXT };

/** Of a resource and of a step the status changes too often to be worth an index: see INDEXES. */
const TOO_BUSY: ReadonlySet<string> = new Set(['resources.status', 'steps.status']);

export const SEARCH_INDEX = 'words';
export const SEARCH_VIEW = 'searched_records';
export const GRAPH = 'dependencies';

export const LAYOUT: readonly CollectionLayout[] = [
  ...COLLECTION_NAMES.map(records),
  {
    name: 'external_resources',
    isEdges: false,
    properties: { key: TEXT },
    required: ['key'],
    indexes: [],
  },
  {
    name: 'depends_on',
    isEdges: true,
    properties: { from: TEXT, to: TEXT, fromOrder: TEXT, toOrder: TEXT },
    required: ['from', 'to', 'fromOrder', 'toOrder'],
    indexes: [{ name: 'edge_once', fields: ['_from', '_to'], isUnique: true }],
  },
  {
    name: 'journal',
    isEdges: false,
    properties: {
      sequence: PLACE,
      scope: TEXT,
      number: PLACE,
      atMs: PLACE,
      groupId: TEXT,
      runId: TEXT_OR_NONE,
      runIds: WORDS,
      touched: TEXT,
      events: TEXT_OR_NONE,
    },
    required: ['sequence', 'scope', 'number', 'atMs', 'groupId', 'runIds', 'touched'],
    indexes: [
      { name: 'feed', fields: ['sequence'], isUnique: true },
      { name: 'scope_number', fields: ['scope', 'number'], isUnique: true },
      { name: 'scope_sequence', fields: ['scope', 'sequence'] },
      { name: 'run_sequence', fields: ['runIds[*]', 'sequence'] },
    ],
  },
  {
    name: 'logs',
    isEdges: false,
    properties: {
      sequence: PLACE,
      runId: TEXT,
      address: TEXT,
      claimNumber: PLACE,
      offset: PLACE,
      text: TEXT,
    },
    required: ['sequence', 'runId', 'address', 'claimNumber', 'offset', 'text'],
    indexes: [
      { name: 'place', fields: ['sequence'], isUnique: true },
      { name: 'run_place', fields: ['runId', 'sequence'] },
      { name: 'step_place', fields: ['runId', 'address', 'sequence'] },
    ],
  },
  {
    name: 'counters',
    isEdges: false,
    properties: { value: PLACE },
    required: ['value'],
    indexes: [],
  },
];

function records(collection: CollectionName): CollectionLayout {
  const fields: readonly string[] = INDEXES[collection];
  const isSearched = SEARCHED_COLLECTIONS.some((searched) => searched === collection);
  const searched = isSearched
    ? { words: WORDS, searchNames: WORDS, searchTags: WORDS, searchDescription: WORDS }
    : {};
  const own = fields.filter(
    (field) => field !== KEYS_BEGIN_WITH[collection] && !TOO_BUSY.has(`${collection}.${field}`),
  );
  return {
    name: collection,
    isEdges: false,
    properties: {
      key: TEXT,
      order: TEXT,
      scope: TEXT,
      revision: PLACE,
      derived: TEXT_OR_NONE,
      value: TEXT,
      ...Object.fromEntries(fields.map((field) => [field, TEXT_OR_NONE])),
      ...searched,
    },
    required: ['key', 'order', 'scope', 'revision', 'value', ...Object.keys(searched)],
    indexes: [
      { name: 'in_order', fields: ['order'], isUnique: true },
      ...own.map((field) => ({ name: `by_${field}`, fields: [field, 'order'] })),
    ],
  };
}
