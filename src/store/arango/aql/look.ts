import { COLLECTION_NAMES, type CollectionName } from '../../records.ts';
import type { Statement } from './statement.ts';

/** What is there of all that a group of transactions names, in one answer. */
export type Looked = Record<
  CollectionName,
  { key: string; revision: number; derived: string | null }[]
> & {
  counters: { key: string; value: number }[];
};

/**
 * Documents by their keys, of several collections, each in a subquery of its own.
 * FILTER by `_key`: https://docs.arangodb.com/3.12/aql/data-queries/#data-access-queries
 * Subqueries: https://docs.arangodb.com/3.12/aql/fundamentals/subqueries/
 */
const LOOK = [
  'RETURN {',
  '  counters: (',
  '    FOR counter IN counters',
  '      FILTER counter._key IN @counters',
  '      RETURN { key: counter._key, value: counter.value }',
  '  ),',
  COLLECTION_NAMES.map((collection) =>
    [
      `  ${collection}: (`,
      `    FOR row IN ${collection}`,
      `      FILTER row._key IN @${collection}`,
      '      RETURN { key: row.key, revision: row.revision, derived: row.derived }',
      '  )',
    ].join('\n'),
  ).join(',\n'),
  '}',
].join('\n');

/** By keys of documents. */
export function look(keys: Record<CollectionName | 'counters', readonly string[]>): Statement {
  return { query: LOOK, bindVars: keys };
}
