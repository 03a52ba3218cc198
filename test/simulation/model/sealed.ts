import type { StateRecord } from '../../../src/model/resource.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, type Commit, putsOf, type Records } from './records.ts';

/** A state as a worker brought it, and whether it was told that it was taken. */
interface Brought {
  state: string;
  /** The token of the claim that it was brought for. */
  token: string;
  answer: 'open' | 'taken' | 'refused';
  /** It was seen to be committed: a refusal then is one of its repetition. */
  isKept: boolean;
}

/**
 * Follows the states that executors keep (Terraform's): only those count that were brought for the
 * claim that stands, and whoever works on a resource next is given the newest one of them.
 */
export interface SealedStates {
  bring(key: string, state: string, token: string): void;
  /** The worker's answer; without one nobody knows. */
  answer(key: string, state: string, isTaken: boolean): void;
  /** A worker is given this one. */
  given(key: string, state: string | null): void;
  check: Check;
}

export function watchStatesOfExecutors(chronicle: Chronicle, records: Records): SealedStates {
  const all = new Map<string, Brought[]>();

  function of(key: string): Brought[] {
    const known = all.get(key) ?? [];
    all.set(key, known);
    return known;
  }

  function keep(commit: Commit, { sealed }: StateRecord): void {
    for (const [key, known] of all) {
      const one = known.find(({ state }) => state === sealed);
      if (one === undefined || one.isKept) continue;
      one.isKept = true;
      if (stands(commit, one.token)) continue;
      chronicle.complain(`${key}: a state is kept that was brought for a claim of the past`);
    }
  }

  /** The step is claimed so, or was until this commit. */
  function stands(commit: Commit, token: string): boolean {
    const isHeld = records.all('steps').some(({ claim }) => claim?.token === token);
    return isHeld || putsOf(commit, 'steps').some(({ before }) => before?.claim?.token === token);
  }

  return {
    bring(key, state, token) {
      const known = of(key);
      if (!known.some((one) => one.state === state)) {
        known.push({ state, token, answer: 'open', isKept: false });
      }
    },
    answer(key, state, isTaken) {
      const found = of(key).find((one) => one.state === state);
      if (found !== undefined) found.answer = isTaken || found.isKept ? 'taken' : 'refused';
    },
    given(key, state) {
      const known = of(key);
      const newest = known.findLastIndex(({ answer }) => answer === 'taken');
      const possible: (string | null)[] = known
        .slice(Math.max(0, newest))
        .filter(({ answer }) => answer !== 'refused')
        .map((one) => one.state);
      if (newest < 0) possible.push(null);
      if (possible.includes(state)) return;
      chronicle.complain(
        `${key}: a worker is given the state ${state}, not ${possible.join(' or ')}`,
      );
    },
    check(commit) {
      for (const { value } of putsOf(commit, 'states')) {
        if (value.refusedClaim === null) keep(commit, value);
      }
      const there = putsOf(commit, 'resources').map(({ value }) => value);
      for (const write of commit.writes) {
        if (write.collection !== 'resources' || write.kind !== 'delete') continue;
        const { environment, identity } = write.before ?? { environment: '', identity: '' };
        const isMoved = there.some((one) => one.identity === identity);
        if (!isMoved) all.delete(`${environment}/${identity}`);
      }
    },
  };
}
