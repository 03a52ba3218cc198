import { BiotopeError } from '../model/errors.ts';
import {
  QUERY_WORDS_MAX,
  type Searched,
  type SearchedCollection,
  searchWords,
  type WordFound,
  wordsFound,
} from '../store/search-text.ts';
import type { SearchHit, Store } from '../store/store.ts';

export interface SearchRequest {
  words: readonly string[];
  /** Undefined: all of them. */
  collections: readonly SearchedCollection[] | undefined;
  limit: number;
}

/** A record that holds every word, and where. */
export type Found = Searched & { words: WordFound[] };

export interface SearchResult {
  found: Found[];
  /** There is more than is told. */
  truncated: boolean;
}

/** Best first. Rejects with USAGE where nothing can be looked for. */
export async function searchRecords(
  store: Store,
  { words: said, collections, limit }: SearchRequest,
): Promise<SearchResult> {
  const text = said.join(' ');
  const words = searchWords(text);
  refuseUnfit(said, words);
  const query = { text, limit: limit + 1, ...(collections === undefined ? {} : { collections }) };
  const hits = await store.search(query);
  const records = await Promise.all(hits.slice(0, limit).map((hit) => recordOf(store, hit)));
  return {
    found: records.flat().map((record) => ({ ...record, words: wordsFound(record, words) })),
    truncated: hits.length > limit,
  };
}

function refuseUnfit(said: readonly string[], words: readonly string[]): void {
  if (words.length === 0) {
    throw new BiotopeError('USAGE', {
      message: `${JSON.stringify(said.join(' '))} holds no word: write at least one letter or digit.`,
    });
  }
  if (words.length < QUERY_WORDS_MAX) return;
  throw new BiotopeError('USAGE', {
    message: `These are too many words: a search takes fewer than ${QUERY_WORDS_MAX}.`,
  });
}

/** None where it was deleted since it was found. */
async function recordOf(store: Store, { collection, key }: SearchHit): Promise<Searched[]> {
  switch (collection) {
    case 'environments':
      return (await all(store.get(collection, key))).map((value) => ({ collection, value }));
    case 'resources':
      return (await all(store.get(collection, key))).map((value) => ({ collection, value }));
    case 'templates':
      return (await all(store.get(collection, key))).map((value) => ({ collection, value }));
  }
}

async function all<T>(reading: Promise<{ value: T } | undefined>): Promise<T[]> {
  const stored = await reading;
  return stored === undefined ? [] : [stored.value];
}
