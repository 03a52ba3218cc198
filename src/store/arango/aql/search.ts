import { SEARCH_WEIGHTS } from '../../search-text.ts';
import type { SearchHit } from '../../store.ts';
import type { Statement } from './statement.ts';

/**
 * Documents whose words begin with every word that is asked for:
 * STARTS_WITH over an array, with a least number of prefixes: https://docs.arangodb.com/3.12/aql/functions/arangosearch/#starts_with
 * A view of inverted indexes: https://docs.arangodb.com/3.12/index-and-search/arangosearch/search-alias-views-reference/
 *
 * What a hit is worth is counted and not left to BM25(), whose numbers depend on all other documents:
 * the string function of that name, https://docs.arangodb.com/3.12/aql/functions/string/#starts_with,
 * and IN over arrays. A whole word counts once more than one that only begins so.
 */
const SEARCH = `
FOR row IN searched_records
  SEARCH STARTS_WITH(row.words, @words, @count)
  LET collection = PARSE_IDENTIFIER(row._id).collection
  FILTER collection IN @collections
  LET worths = (
    FOR word IN @words
      LET names = LENGTH(FOR one IN row.searchNames FILTER STARTS_WITH(one, word) LIMIT 1 RETURN 1)
      LET tags = LENGTH(FOR one IN row.searchTags FILTER STARTS_WITH(one, word) LIMIT 1 RETURN 1)
      LET description = LENGTH(FOR one IN row.searchDescription FILTER STARTS_WITH(one, word) LIMIT 1 RETURN 1)
      LET wholeName = word IN row.searchNames ? 1 : 0
      LET wholeTag = word IN row.searchTags ? 1 : 0
      LET wholeDescription = word IN row.searchDescription ? 1 : 0
      RETURN @weights.name * (names + wholeName)
        + @weights.tags * (tags + wholeTag)
        + @weights.description * (description + wholeDescription)
  )
  LET score = SUM(worths)
  SORT score DESC, collection, row.order
  LIMIT @limit
  RETURN { collection: collection, key: row.key, score: score }`;

export function search(
  words: readonly string[],
  { collections, limit }: { collections: readonly SearchHit['collection'][]; limit: number },
): Statement {
  const bindVars = { words, count: words.length, collections, limit, weights: SEARCH_WEIGHTS };
  return { query: SEARCH, bindVars };
}
