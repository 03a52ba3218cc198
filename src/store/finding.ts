import { BiotopeError } from '../model/errors.ts';
import { RECORDS_FOUND_MAX } from '../model/limits.ts';
import type { TemplateRecord } from '../model/template.ts';
import { readRecord } from './read-record.ts';
import { createRecent } from './recent.ts';
import { type CollectionName, type Collections, INDEXES } from './records.ts';
import type { FindQuery, Stored } from './store.ts';

/** The fields that a query asks for. Throws INTERNAL for one that records cannot be found by. */
export function wantedFields<C extends CollectionName>(
  collection: C,
  { where }: FindQuery<C>,
): [field: string, wanted: string | readonly string[]][] {
  const known: readonly string[] = INDEXES[collection];
  const wanted = Object.entries<string | readonly string[] | undefined>(where ?? {});
  return wanted.flatMap(([field, value]) => {
    if (value === undefined) return [];
    // A field's name becomes part of the statement.
    if (known.includes(field)) return [[field, value]];
    throw new BiotopeError('INTERNAL', {
      message: `Records of ${collection} cannot be found by ${JSON.stringify(field)}.`,
    });
  });
}

/** Rows to ask for. One more than allowed tells that there are more, which must not be cut off silently. */
export function rowsAskedFor(limit: number | undefined): number {
  return Math.min(limit ?? RECORDS_FOUND_MAX + 1, RECORDS_FOUND_MAX + 1);
}

/** Throws LIMIT_EXCEEDED for that one more. */
export function demandNotTooMany(collection: CollectionName, found: number): void {
  if (found <= RECORDS_FOUND_MAX) return;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `More than ${RECORDS_FOUND_MAX} records of ${collection} were asked for at once. ` +
      'Ask for a part of them; the data is whole.',
    facts: { collection, foundMax: RECORDS_FOUND_MAX },
  });
}

export interface RecordRow {
  key: string;
  revision: number;
  /** As JSON. */
  value: string;
}

const TEMPLATES_REMEMBERED_MAX = 64;

/** Published templates are large, never change, and are looked at for every command: once is enough. */
export function createReading() {
  const templates = createRecent<Stored<TemplateRecord>>(TEMPLATES_REMEMBERED_MAX);

  /** Throws RECORD_DAMAGED. */
  return <C extends CollectionName>(collection: C, row: RecordRow): Stored<Collections[C]> => {
    const { key, revision } = row;
    const known = collection === 'templates' ? templates.get(key) : undefined;
    if (known?.revision === revision) return known as Stored<Collections[C]>;
    const stored = { value: readRecord(collection, key, row.value), revision };
    if (collection === 'templates') templates.set(key, stored as Stored<TemplateRecord>);
    return stored;
  };
}
