import type { SearchHit, Write } from './store.ts';

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

type Searched = Extract<Write, { kind: 'put'; collection: SearchedCollection }>;

/** How much a word counts in each field. */
export const SEARCH_WEIGHTS = { name: 8, description: 1, tags: 4 } as const;

const WORDS_PER_QUERY_MAX = 16;

export function searchTextOf(write: Searched): SearchText {
  const { names, description, tags } = searchedFields(write);
  return {
    name: normalise(names.join(' ')),
    description: normalise(description),
    tags: normalise(tags.join(' ')),
  };
}

/** The words of a query, all of which must be found; repetitions and what exceeds the limit apart. */
export function searchWords(text: string): string[] {
  const words = normalise(text).split(' ').filter(Boolean);
  return [...new Set(words)].slice(0, WORDS_PER_QUERY_MAX);
}

function searchedFields(write: Searched): { names: string[]; description: string; tags: string[] } {
  switch (write.collection) {
    case 'environments': {
      const { name, description, tags } = write.value;
      return { names: [name], description, tags };
    }
    case 'resources': {
      const { id, label, external, description, tags } = write.value;
      const names = label.startsWith(id) ? [label] : [id, label];
      return { names: external ? [...names, external] : names, description, tags };
    }
    case 'templates': {
      const { name, description, tags } = write.value.template;
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
