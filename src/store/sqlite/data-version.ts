import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf } from '../../platform/sqlite-row.ts';

/** Whether another connection has committed: what is remembered of the database is old then. */
export interface DataVersion {
  /** Since it was asked last; true the first time. */
  hasChanged(): boolean;
}

export function createDataVersion({ statement }: Pick<Sqlite, 'statement'>): DataVersion {
  const select = statement('PRAGMA data_version');
  let seen = -1;
  return {
    hasChanged: () => {
      const version = integerOf(select.get() ?? {}, 'data_version');
      const hasChanged = version !== seen;
      seen = version;
      return hasChanged;
    },
  };
}
