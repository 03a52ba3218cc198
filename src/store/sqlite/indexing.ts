import { readWholeRecord } from '../read-record.ts';
import {
  SEARCHED_COLLECTIONS,
  type SearchedCollection,
  searchedFields,
  searchTextOfFields,
} from '../search-text.ts';
import type { Cursors } from './cursors.ts';
import type { GroupMemory } from './group-commit.ts';
import type { Journal } from './journal.ts';
import type { RecordTables } from './record-tables.ts';
import type { SearchIndex } from './search.ts';

/**
 * Writes indexes for many commits at once: places in the journal, and the full-text index. The cursor
 * `indexed` tells how far they are; what follows it is found in the journal after a crash.
 */
export interface Indexing extends GroupMemory {
  /** The fields of a record that can be searched, as JSON; null: it is gone. */
  textChanged(collection: SearchedCollection, key: string, fields: string | null): void;
  /** Inside a physical commit: nothing is left to be indexed. */
  catchUp(): void;
  isBehind(): boolean;
}

interface Dependencies {
  journal: Journal;
  cursors: Cursors;
  search: SearchIndex;
  tables: RecordTables;
}

/** Queries look at rows that are not indexed one by one: these take them about a millisecond. */
const ROWS_BEHIND_MAX = 2_000;

/** So that one commit does not take long. */
const TEXTS_BEHIND_MAX = 500;

interface ChangedText {
  collection: SearchedCollection;
  key: string;
  fields: string | null;
}

export function createIndexing({ journal, cursors, search, tables }: Dependencies): Indexing {
  /** Null: not all changes were made here, so that the journal has to tell. */
  let changed: Map<string, ChangedText> | null = null;

  const take = (text: ChangedText) => {
    changed?.set(`${text.collection} ${text.key}`, text);
  };

  const write = ({ collection, key, fields }: ChangedText) => {
    if (fields === null) search.remove(collection, key);
    else search.put(collection, key, searchTextOfFields(JSON.parse(fields)));
  };

  const fromJournal = (): ChangedText[] =>
    journal.touchedAfter(cursors.get('indexed')).flatMap(({ collection, key }) => {
      const searched = SEARCHED_COLLECTIONS.find((name) => name === collection);
      if (searched === undefined) return [];
      return [{ collection: searched, key, fields: fieldsOf(tables, searched, key) }];
    });

  const isBehind = () => cursors.get('indexed') < journal.lastSequence();

  const catchUp = () => {
    if (isBehind()) {
      for (const text of changed?.values() ?? fromJournal()) write(text);
      journal.indexNew();
    }
    changed = new Map();
  };

  return {
    textChanged: (collection, key, fields) => take({ collection, key, fields }),
    catchUp,
    isBehind,
    begun: (isOutdated) => {
      if (isOutdated) changed = isBehind() ? null : new Map();
    },
    committing: () => {
      const isMuch = journal.newRows > ROWS_BEHIND_MAX || (changed?.size ?? 0) > TEXTS_BEHIND_MAX;
      if (isMuch) catchUp();
    },
    rolledBack: () => {
      changed = null;
    },
  };
}

function fieldsOf(
  tables: RecordTables,
  collection: SearchedCollection,
  key: string,
): string | null {
  const table = tables(collection);
  const current = table.current(key);
  if (current === undefined) return null;
  const value = readWholeRecord(collection, table.value(current));
  if (value === undefined) return null;
  return JSON.stringify(
    searchedFields({ collection, value } as Parameters<typeof searchedFields>[0]),
  );
}
