import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import {
  SEARCH_WEIGHTS,
  SEARCHED_COLLECTIONS,
  type SearchedCollection,
  type SearchText,
  searchWords,
} from '../search-text.ts';
import type { SearchHit, SearchQuery } from '../store.ts';

/** The full-text index: follows the records within a second, for many at once. */
export interface SearchIndex {
  put(collection: SearchedCollection, key: string, text: SearchText): void;
  remove(collection: SearchedCollection, key: string): void;
  search(query: SearchQuery): SearchHit[];
}

export function createSearchIndex({ statement }: Sqlite): SearchIndex {
  const find = statement('SELECT id FROM search_documents WHERE collection = ? AND key = ?');
  const insert = statement('INSERT INTO search_documents (collection, key) VALUES (?, ?)');
  const remove = statement('DELETE FROM search_documents WHERE id = ?');
  const index = statement(
    'INSERT OR REPLACE INTO search_index (rowid, name, description, tags) VALUES (?, ?, ?, ?)',
  );
  const unindex = statement('DELETE FROM search_index WHERE rowid = ?');
  const { name, description, tags } = SEARCH_WEIGHTS;
  const search = statement(
    `SELECT d.collection, d.key, -bm25(search_index, ${name}, ${description}, ${tags}) AS score ` +
      'FROM search_index CROSS JOIN search_documents AS d ON d.id = search_index.rowid ' +
      'WHERE search_index MATCH ? AND d.collection IN (SELECT value FROM json_each(?)) ' +
      'ORDER BY score DESC, d.collection, d.key LIMIT ?',
  );

  return {
    put: (collection, key, text) => {
      const row = find.get(collection, key);
      const id =
        row === undefined ? insert.run(collection, key).lastInsertRowid : integerOf(row, 'id');
      index.run(id, text.name, text.description, text.tags);
    },
    remove: (collection, key) => {
      const row = find.get(collection, key);
      if (row === undefined) return;
      const id = integerOf(row, 'id');
      unindex.run(id);
      remove.run(id);
    },
    search: ({ text, collections = SEARCHED_COLLECTIONS, limit }) => {
      const words = searchWords(text);
      if (words.length === 0) return [];
      const wanted = words.map(wholeOrBegun).join(' AND ');
      return search.all(wanted, JSON.stringify(collections), limit).map(hitOf);
    },
  };
}

/**
 * Words hold letters and digits only: quoted, they are never taken for an operator. A whole word
 * counts twice, so that it comes before one that only begins like it.
 */
function wholeOrBegun(word: string): string {
  return `("${word}" OR "${word}" *)`;
}

function hitOf(row: Row): SearchHit {
  return {
    // The index holds nothing else.
    collection: textOf(row, 'collection') as SearchedCollection,
    key: textOf(row, 'key'),
    score: integerOf(row, 'score'),
  };
}
