/** What is measured, and what it has to be: known before anything runs. */
export interface Goal {
  name: string;
  /** Of the value. */
  unit: string;
  comparedWith: string;
  /** What the ratio has to be, at most or at least. */
  target: number;
  targetIs: 'at most' | 'at least';
}

/** Values and their ratios to what they are compared with, each pair measured side by side. */
export interface Measured {
  /** The median. */
  value: number;
  /** value / compared value, one for each pair. */
  ratios: readonly number[];
}

/** One measured figure; without a value where what it needs could not be had. */
export interface Figure extends Goal {
  value: number | null;
  /** The median of the pairs. */
  ratio: number | null;
  holds: boolean;
}

export interface Tools {
  /** How often what is compared is run, in turns. */
  pairs: number;
  say(line: string): void;
  /** The folder for what others made: a figure that needs some of it puts it there. */
  peersFolder: string;
  /** To see that it runs: tiny sizes, nothing is fetched, and no value means anything. */
  quick: boolean;
}

export interface Benchmark {
  name: string;
  says: string;
  goals: readonly Goal[];
  /**
   * One for each goal, in their order; null where it was not measured, and it has said why. Rejects
   * with PeerMissingError where nothing can be measured without a peer that cannot be had.
   */
  run(tools: Tools): Promise<(Measured | null)[]>;
}

export function figureOf(goal: Goal, { value, ratios }: Measured): Figure {
  const ratio = median(ratios);
  const holds = goal.targetIs === 'at most' ? ratio <= goal.target : ratio >= goal.target;
  return { ...goal, value, ratio, holds };
}

/** What was not measured holds nothing. */
export function unmeasured(goal: Goal): Figure {
  return { ...goal, value: null, ratio: null, holds: false };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/**
 * Runs things in turns, A B C A B C, so that a machine whose speed drifts favours none of them. A
 * first round warms up and does not count.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  arms: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(arms) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const value = await arms[name]();
      if (round > 0) values[name]?.push(value);
    }
  }
  return values as Record<Name, number[]>;
}

export function compare(ours: readonly number[], theirs: readonly number[]): Measured {
  const ratios = ours.map((value, at) => value / (theirs[at] ?? Number.NaN));
  return { value: median(ours), ratios };
}

/** What a line says of how one stands to the other. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): string {
  return median(compare(ours, theirs).ratios).toFixed(3);
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1_000;
}

/** How many a second. */
export async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  return count / (await seconds(work));
}
