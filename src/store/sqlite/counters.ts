import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf } from '../../platform/sqlite-row.ts';
import { createDataVersion } from './data-version.ts';
import type { GroupMemory } from './group-commit.ts';

/**
 * Each scope's last number. Kept in memory between commits and written once per group; forgotten
 * when a group is rolled back or another process has written.
 */
export interface Counters extends GroupMemory {
  /** Takes the scope's next number, for the group under way. */
  next(scope: string): number;
}

const SCOPES_KEPT_MAX = 20_000;

export function createCounters({ statement }: Sqlite): Counters {
  const select = statement('SELECT number FROM counters WHERE scope = ?');
  const upsert = statement(
    'INSERT INTO counters (scope, number) VALUES (?, ?) ' +
      'ON CONFLICT (scope) DO UPDATE SET number = excluded.number',
  );
  const version = createDataVersion({ statement });
  const known = new Map<string, number>();
  const changed = new Set<string>();

  const read = (scope: string) => {
    const row = select.get(scope);
    return row === undefined ? 0 : integerOf(row, 'number');
  };

  return {
    next: (scope) => {
      const number = (known.get(scope) ?? read(scope)) + 1;
      known.set(scope, number);
      changed.add(scope);
      return number;
    },
    begun: () => {
      if (version.hasChanged() || known.size > SCOPES_KEPT_MAX) known.clear();
    },
    committing: () => {
      for (const scope of changed) upsert.run(scope, known.get(scope) ?? 0);
      changed.clear();
    },
    rolledBack: () => {
      known.clear();
      changed.clear();
    },
  };
}
