import type { Cursors } from './cursors.ts';
import type { GroupMemory } from './group-commit.ts';
import type { Journal } from './journal.ts';

/** Keeps what is derived from the journal not far behind it. */
export interface Indexing extends Pick<GroupMemory, 'committing'> {
  /** Inside a physical commit: nothing is left to be indexed. */
  catchUp(): void;
  isBehind(): boolean;
}

/** Queries look at rows that are not indexed one by one: these take them about a millisecond. */
const ROWS_BEHIND_MAX = 2_000;

export function createIndexing(journal: Journal, cursors: Cursors): Indexing {
  const isBehind = () => cursors.get('indexed') < journal.lastSequence();
  const catchUp = () => {
    if (isBehind()) journal.indexNew();
  };
  return {
    catchUp,
    isBehind,
    committing: () => {
      if (journal.newRows > ROWS_BEHIND_MAX) catchUp();
    },
  };
}
