import type { GroupMemory } from './group-commit.ts';
import type { Journal } from './journal.ts';

/** Each scope's last number, as the journal tells it, kept in memory between commits. */
export interface Counters extends Pick<GroupMemory, 'begun' | 'rolledBack'> {
  /** Takes the scope's next number, for the group under way. */
  next(scope: string): number;
}

const SCOPES_KEPT_MAX = 20_000;

export function createCounters(journal: Pick<Journal, 'newNumbers' | 'numberOf'>): Counters {
  let known: Map<string, number> | null = null;

  return {
    next: (scope) => {
      known ??= journal.newNumbers();
      const number = (known.get(scope) ?? journal.numberOf(scope)) + 1;
      known.set(scope, number);
      return number;
    },
    begun: (hasChanged) => {
      if (hasChanged || (known !== null && known.size > SCOPES_KEPT_MAX)) known = null;
    },
    rolledBack: () => {
      known = null;
    },
  };
}
