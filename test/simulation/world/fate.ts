import type { Chance } from './chance.ts';
import { stampOf } from './cloud.ts';
import type { Weather } from './weather.ts';

/** What becomes of a step in the hands of its worker. */
export type Fate =
  | 'well'
  /** Fails, and may be tried again. */
  | 'fails'
  /** Fails for good. */
  | 'fails-for-good'
  /** Fails for good before it has done anything. */
  | 'refuses'
  | 'unclear'
  /** Is heard of no more. */
  | 'vanishes'
  /** Does it, and tells so much later. */
  | 'late'
  /** Tells it again, and then something else. */
  | 'twice'
  /** Does nothing for longer than its lease, and then goes on as if nothing had been. */
  | 'frozen'
  | 'hangs'
  /** Its worker ends. */
  | 'stopped';

/** With these the effect takes place as it should. */
export const WELL: readonly Fate[] = ['well', 'late', 'twice', 'frozen'];

/** Shares among the mishaps. */
const MISHAPS: readonly [Fate, number][] = [
  ['fails', 25],
  ['fails-for-good', 8],
  ['refuses', 6],
  ['unclear', 14],
  ['vanishes', 14],
  ['late', 9],
  ['twice', 9],
  ['frozen', 5],
  ['hangs', 3],
  ['stopped', 7],
];

export function fateOf(chance: Chance, { mishaps, brittle }: Weather, key: string): Fate {
  if (hundredthOf(key) < brittle) return 'fails';
  if (!chance.in100(mishaps)) return 'well';
  let roll = chance.below(100);
  for (const [fate, share] of MISHAPS) {
    if (roll < share) return fate;
    roll -= share;
  }
  return 'fails';
}

/** Always the same one of 100 for the same name. */
function hundredthOf(key: string): number {
  return Number.parseInt(stampOf(key, 0).slice(2), 36) % 100;
}
