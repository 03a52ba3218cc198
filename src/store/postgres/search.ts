import { SEARCH_WEIGHTS, SEARCHED_COLLECTIONS, searchWords } from '../search-text.ts';
import type { SearchHit, SearchQuery } from '../store.ts';
import type { Reading } from './queries.ts';
import { WORD_CHARACTERS_MAX } from './write-group.ts';

/** Ranks run from 0 to 1; in the order that `ts_rank` wants: D, C, B, A. */
const { name, tags, description } = SEARCH_WEIGHTS;
const WEIGHTS = [description, 0, tags, name].map((weight) => weight / name);

/** A whole word counts once more, so that it comes before one that only begins like it. */
const SEARCH = `
  SELECT collection, key,
    ts_rank('{${WEIGHTS.join(',')}}', document, $1::tsquery)
      + ts_rank('{${WEIGHTS.join(',')}}', document, $2::tsquery) AS score
  FROM search_documents
  WHERE document @@ $1::tsquery AND collection = ANY ($3::text[])
  ORDER BY score DESC, collection, key LIMIT $4`;

export async function searchDocuments(
  pool: Reading,
  { text, collections = SEARCHED_COLLECTIONS, limit }: SearchQuery,
): Promise<SearchHit[]> {
  // They hold letters and digits only: quoted, they are never taken for an operator.
  const words = searchWords(text).map((word) => `'${word.slice(0, WORD_CHARACTERS_MAX)}'`);
  if (words.length === 0) return [];
  const begun = words.map((word) => `${word}:*`).join(' & ');
  const values = [begun, words.join(' | '), collections, limit];
  const { rows } = await pool.query<SearchHit>({ name: 'search', text: SEARCH, values });
  return rows;
}
