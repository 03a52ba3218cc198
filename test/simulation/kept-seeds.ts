/** Stories that found a fault of the engine once. What each of them found has a unit test, too. */
export const KEPT_SEEDS: readonly { seed: number; says: string }[] = [
  { seed: 5503, says: 'a run of which a commit was not heard is read anew, not taken for ever' },
];
