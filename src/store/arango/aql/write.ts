import { COLLECTION_NAMES, type CollectionName } from '../../records.ts';
import type { Statement } from './statement.ts';

/** A document, with its `_key`. */
export type NewDocument = Record<string, unknown> & { _key: string };

/** Where documents are put, whether they are there already or not. */
const REPLACED = [...COLLECTION_NAMES, 'counters'] as const;
/** What is there already stays as it is. */
const KEPT = ['logs', 'external_resources', 'depends_on'] as const;

export type Written = Record<
  CollectionName | 'counters' | 'journal' | (typeof KEPT)[number],
  readonly NewDocument[]
>;

/**
 * Several collections are written by one statement, each in a subquery of its own and only once.
 * INSERT, `overwriteMode`: https://docs.arangodb.com/3.12/aql/high-level-operations/insert/#overwritemode
 * Several collections: https://docs.arangodb.com/3.12/aql/data-queries/#modifying-multiple-documents
 *
 * A place in the journal that is taken is an error (1210, or 1200 where it is being taken): whoever has
 * not seen the newest place writes nothing.
 */
const WRITE = [
  ...REPLACED.map((name) => insert(name, ' OPTIONS { overwriteMode: "replace" }')),
  ...KEPT.map((name) => insert(name, ' OPTIONS { overwriteMode: "ignore" }')),
  insert('journal', ''),
  'RETURN true',
].join('\n');

function insert(collection: string, options: string): string {
  return `LET in_${collection} = (FOR row IN @${collection} INSERT row INTO ${collection}${options})`;
}

export function write(documents: Written): Statement {
  return { query: WRITE, bindVars: documents };
}

export interface Removed {
  /** Keys of documents. */
  records: Record<CollectionName, readonly string[]>;
  /** Ids of vertices whose edges change, and the keys of those edges that are to be there afterwards. */
  sources: readonly string[];
  edges: readonly string[];
}

/**
 * REMOVE of what a FILTER finds: https://docs.arangodb.com/3.12/aql/high-level-operations/remove/
 * An edge collection has an index on `_from`: https://docs.arangodb.com/3.12/index-and-search/indexing/basics/#edge-index
 */
const REMOVE = [
  ...COLLECTION_NAMES.map((name) =>
    [
      `LET in_${name} = (`,
      `  FOR row IN ${name} FILTER row._key IN @${name} REMOVE row IN ${name}`,
      ')',
    ].join('\n'),
  ),
  'LET in_depends_on = (',
  '  FOR edge IN depends_on',
  '    FILTER edge._from IN @sources',
  '    FILTER edge._key NOT IN @edges',
  '    REMOVE edge IN depends_on',
  ')',
  'RETURN true',
].join('\n');

export function remove({ records, sources, edges }: Removed): Statement {
  return { query: REMOVE, bindVars: { ...records, sources, edges } };
}
