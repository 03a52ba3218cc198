import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf } from '../../platform/sqlite-row.ts';

/** How far something has come that follows the commits: through which sequence it is done. */
export interface Cursors {
  get(name: CursorName): number;
  /** Never goes back: another process may have come further. */
  set(name: CursorName, sequence: number): void;
}

/** `published`: of events. `indexed`: of transactions. */
export type CursorName = 'published' | 'indexed';

export function createCursors({ statement }: Sqlite): Cursors {
  const select = statement('SELECT sequence FROM cursors WHERE name = ?');
  const update = statement('UPDATE cursors SET sequence = max(sequence, ?) WHERE name = ?');
  return {
    get: (name) => integerOf(select.get(name) ?? {}, 'sequence'),
    set: (name, sequence) => {
      update.run(sequence, name);
    },
  };
}
