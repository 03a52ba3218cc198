import type { CollectionName } from '../../records.ts';
import type { Statement } from './statement.ts';

/** Conditions that all have to hold; each is one FILTER. */
export type Condition = {
  field: string;
  operator: '==' | '<' | '>' | 'IN';
  value: string | number | readonly string[];
};

const SHOWN = 'RETURN { key: row.key, revision: row.revision, value: row.value }';

/**
 * Bound name of a collection: https://docs.arangodb.com/3.12/aql/fundamentals/bind-parameters/
 * One document by its key: https://docs.arangodb.com/3.12/aql/data-queries/#data-access-queries
 */
const GET = `FOR row IN @@collection FILTER row._key == @key ${SHOWN}`;

export function get(collection: CollectionName, key: string): Statement {
  return { query: GET, bindVars: { '@collection': collection, key } };
}

/**
 * FILTER: https://docs.arangodb.com/3.12/aql/high-level-operations/filter/
 * SORT and LIMIT by an index: https://docs.arangodb.com/3.12/aql/high-level-operations/sort/
 * Names of fields are written into the text: they come from the program, never from outside.
 */
export function find(
  collection: CollectionName,
  {
    conditions,
    isReverse,
    count,
  }: { conditions: readonly Condition[]; isReverse: boolean; count: number },
): Statement {
  const filters = conditions.map(
    ({ field, operator }, at) => `  FILTER row.${field} ${operator} @value${at}`,
  );
  const query = [
    'FOR row IN @@collection',
    ...filters,
    `  SORT row.order ${isReverse ? 'DESC' : 'ASC'}`,
    '  LIMIT @count',
    `  ${SHOWN}`,
  ].join('\n');
  const values = conditions.map(({ value }, at) => [`value${at}`, value] as const);
  return {
    query,
    bindVars: { '@collection': collection, count, ...Object.fromEntries(values) },
  };
}
