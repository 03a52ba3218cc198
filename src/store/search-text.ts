import type { Collections } from './records.ts';
import type { SearchHit } from './store.ts';

/**
 * What can be searched for, and what a word is: the same for every adapter, whatever its engine for
 * full-text search makes of languages. Every field is lower-case words with single spaces between.
 */
export interface SearchText {
  name: string;
  description: string;
  tags: string;
}

export type SearchedCollection = SearchHit['collection'];

export const SEARCHED_COLLECTIONS: readonly SearchedCollection[] = [
  'environments',
  'resources',
  'templates',
];

export type Searched = {
  [C in SearchedCollection]: { collection: C; value: Collections[C] };
}[SearchedCollection];

/** Where a word of a query was found, and as what: `blu` in the tags, as `blue`. */
export interface WordFound {
  word: string;
  field: keyof SearchText;
  found: string;
}

/** How much a word counts in each field. */
export const SEARCH_WEIGHTS = { name: 8, description: 1, tags: 4 } as const;

/** More are not looked at. */
export const QUERY_WORDS_MAX = 16;

function searchTextOf(record: Searched): SearchText {
  return searchTextOfFields(searchedFields(record));
}

export function searchTextOfFields({ names, description, tags }: SearchedFields): SearchText {
  return {
    name: normalise(names.join(' ')),
    description: normalise(description),
    tags: normalise(tags.join(' ')),
  };
}

/** The words of a query, all of which must be found; repetitions and what exceeds the limit apart. */
export function searchWords(text: string): string[] {
  const words = normalise(text).split(' ').filter(Boolean);
  return [...new Set(words)].slice(0, QUERY_WORDS_MAX);
}

/** Why a record was found: for each word the field that counts most of those that hold it. */
export function wordsFound(record: Searched, words: readonly string[]): WordFound[] {
  const text = searchTextOf(record);
  const fields = (['name', 'tags', 'description'] as const).map((field) => ({
    field,
    held: text[field].split(' '),
  }));
  return words.flatMap((word) => {
    const places = fields.flatMap(({ field, held }) => {
      const found = held.includes(word) ? word : held.find((one) => one.startsWith(word));
      return found === undefined ? [] : [{ word, field, found }];
    });
    return places.slice(0, 1);
  });
}

/** What of a record can be searched. */
export interface SearchedFields {
  names: string[];
  description: string;
  tags: string[];
}

export function searchedFields(record: Searched): SearchedFields {
  switch (record.collection) {
    case 'environments': {
      const { name, description, tags } = record.value;
      return { names: [name], description, tags };
    }
    case 'resources': {
      const { id, label, external, description, tags } = record.value;
      const names = label.startsWith(id) ? [label] : [id, label];
      return { names: external ? [...names, external] : names, description, tags };
    }
    case 'templates': {
      const { name, description, tags } = record.value.template;
      return { names: [name], description, tags };
    }
  }
}

/** Letters without accents, and digits; all else only separates words. */
function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
