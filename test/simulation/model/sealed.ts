import type { StateRecord } from '../../../src/model/resource.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, putsOf } from './records.ts';

/** A state as a worker brought it, and whether it was told that it was taken. */
interface Brought {
  state: string;
  answer: 'open' | 'taken' | 'refused';
  /** It was seen to be committed: a refusal then is one of its repetition. */
  isKept: boolean;
}

/**
 * Follows the states that executors keep (Terraform's): whoever works on a resource next is given the
 * newest one, and none that was refused.
 */
export interface SealedStates {
  bring(key: string, state: string): void;
  /** The worker's answer; without one nobody knows. */
  answer(key: string, state: string, isTaken: boolean): void;
  /** A worker is given this one. */
  given(key: string, state: string | null): void;
  check: Check;
}

export function watchStatesOfExecutors(chronicle: Chronicle): SealedStates {
  const all = new Map<string, Brought[]>();

  function of(key: string): Brought[] {
    const known = all.get(key) ?? [];
    all.set(key, known);
    return known;
  }

  function keep({ sealed }: StateRecord): void {
    for (const known of all.values()) {
      for (const one of known) if (one.state === sealed) one.isKept = true;
    }
  }

  return {
    bring(key, state) {
      const known = of(key);
      if (!known.some((one) => one.state === state)) {
        known.push({ state, answer: 'open', isKept: false });
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
      for (const { value } of putsOf(commit, 'states'))
        if (value.refusedClaim === null) keep(value);
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
