import type { NewDerived, NewEntry, NewRow } from '../decide-group.ts';
import type { GroupWork } from '../physical-commit.ts';
import { COLLECTION_NAMES, type CollectionName, INDEXES } from '../records.ts';
import { searchTextOfFields } from '../search-text.ts';
import type { Source } from '../source.ts';
import type { LogChunk } from '../store.ts';
import type { NewDocument, Removed, Written } from './aql/write.ts';
import { chunkKey, documentKey, edgeKey, orderOf, vertexId } from './keys.ts';

/** What one physical commit writes and removes. */
export interface Documents {
  written: Written;
  /** Null: nothing. */
  removed: Removed | null;
}

/** Keys of documents in `counters`. */
export const FEED = 'feed';
export const LOG_PLACE = 'logs';
export const PUBLISHED = 'published';

export function scopeCounter(scope: string): string {
  return documentKey(`scope:${scope}`);
}

export function documentsOf(work: GroupWork, counters: ReadonlyMap<string, number>): Documents {
  const { decision, groupId, logs, publishedThrough } = work;
  const rows = [...decision.rows.values()];
  const resources = [...decision.derived.values()].filter(
    ({ collection }) => collection === 'resources',
  );
  const edges = resources.flatMap(edgesOf);
  const logPlace = counters.get(LOG_PLACE) ?? 0;
  const values = new Map([...decision.numbers].map(([scope, at]) => [scopeCounter(scope), at]));
  if (decision.entries.length > 0) values.set(FEED, decision.sequence);
  if (logs.length > 0) values.set(LOG_PLACE, logPlace + logs.length);
  if (publishedThrough > (counters.get(PUBLISHED) ?? 0)) values.set(PUBLISHED, publishedThrough);
  return {
    written: {
      ...byCollection(rows, (row) => recordDocument(row)),
      counters: [...values].map(([_key, value]) => ({ _key, value })),
      journal: decision.entries.map((entry) => entryDocument(entry, groupId)),
      logs: onceEach(logs.map((chunk, at) => chunkDocument(chunk, logPlace + at + 1))),
      external_resources: externals(edges),
      depends_on: edges,
    },
    removed: removedBy(rows, resources, edges),
  };
}

function removedBy(
  rows: readonly NewRow[],
  resources: readonly NewDerived[],
  edges: readonly NewDocument[],
): Removed | null {
  const isAnyGone = rows.some(({ prepared }) => prepared === null);
  if (!isAnyGone && resources.length === 0) return null;
  return {
    records: byCollection(rows, ({ key, prepared }) =>
      prepared === null ? documentKey(key) : undefined,
    ),
    sources: resources.map(({ key }) => vertexId(key)),
    edges: edges.map(({ _key }) => _key),
  };
}

function byCollection<T>(
  rows: readonly NewRow[],
  make: (row: NewRow) => T | undefined,
): Record<CollectionName, T[]> {
  const groups = Map.groupBy(rows, ({ collection }) => collection);
  const entries = COLLECTION_NAMES.map((name) => {
    const made = (groups.get(name) ?? []).map(make).filter((one) => one !== undefined);
    return [name, made] as const;
  });
  // Each of the collections is there.
  return Object.fromEntries(entries) as Record<CollectionName, T[]>;
}

/** Undefined: it is deleted. */
function recordDocument({
  collection,
  key,
  scope,
  revision,
  derived,
  prepared,
}: NewRow): NewDocument | undefined {
  if (prepared === null) return undefined;
  const fields = INDEXES[collection].map((field, at) => {
    return [field, prepared.indexed[at]?.toWellFormed() ?? null] as const;
  });
  return {
    _key: documentKey(key),
    key: key.toWellFormed(),
    order: orderOf(key),
    scope: scope.toWellFormed(),
    revision,
    derived,
    // As JSON: what is in it comes back as it was, whatever a database makes of names and numbers.
    value: prepared.value,
    ...Object.fromEntries(fields),
    ...searchedWords(prepared.source),
  };
}

const WORD_CHARACTERS_MAX = 500;

/** An index takes no longer ones. */
export function searchedWord(word: string): string {
  return word.slice(0, WORD_CHARACTERS_MAX);
}

function searchedWords(source: Source | undefined) {
  if (source === undefined) return {};
  const texts = searchTextOfFields(JSON.parse(source.text));
  const wordsOf = (text: string) => [...new Set(text.split(' ').map(searchedWord))].filter(Boolean);
  const searchNames = wordsOf(texts.name);
  const searchTags = wordsOf(texts.tags);
  const searchDescription = wordsOf(texts.description);
  const words = [...new Set([...searchNames, ...searchTags, ...searchDescription])];
  return { words, searchNames, searchTags, searchDescription };
}

function entryDocument(
  { transaction: { scope, events, touched }, sequence, number, atMs }: NewEntry,
  groupId: string,
): NewDocument {
  const runIds = events.runId === null ? events.runIds : [events.runId];
  return {
    _key: String(sequence),
    sequence,
    scope: scope.toWellFormed(),
    number,
    atMs,
    groupId,
    runId: events.runId?.toWellFormed() ?? null,
    runIds: runIds.map((runId) => runId.toWellFormed()),
    touched,
    events: events.json,
  };
}

function chunkDocument(chunk: LogChunk, sequence: number): NewDocument {
  const { runId, address, claimNumber, offset, text } = chunk;
  return {
    _key: chunkKey([runId, address, claimNumber, offset]),
    sequence,
    runId: runId.toWellFormed(),
    address: address.toWellFormed(),
    claimNumber,
    offset,
    // As JSON: a program's output may hold every character.
    text: JSON.stringify(text),
  };
}

/** The first of those with one key. */
function onceEach(documents: readonly NewDocument[]): NewDocument[] {
  const byKey = new Map(documents.toReversed().map((document) => [document._key, document]));
  return [...byKey.values()].toReversed();
}

function edgesOf({ key, source }: NewDerived): NewDocument[] {
  const targets: string[] = source === undefined ? [] : JSON.parse(source.edges);
  return [...new Set(targets)].map((target) => ({
    _key: edgeKey(key, target),
    _from: vertexId(key),
    _to: vertexId(target),
    from: key.toWellFormed(),
    to: target.toWellFormed(),
    fromOrder: orderOf(key),
    toOrder: orderOf(target),
  }));
}

/** What others own is a vertex as soon as anything needs it, and stays one: it is a name only. */
function externals(edges: readonly NewDocument[]): NewDocument[] {
  const external = edges.filter(({ _to }) => String(_to).startsWith('external_resources/'));
  const byKey = new Map(external.map(({ _to, to }) => [String(_to), String(to)]));
  return [...byKey.values()].map((key) => ({ _key: documentKey(key), key }));
}
