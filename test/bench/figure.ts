/** One measured figure: a ratio of two things that were run side by side. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  comparedWith: string;
  /** value / compared value, pair by pair, the median. */
  ratio: number;
  /** What `ratio` has to be, at most or at least. */
  target: number;
  targetIs: 'at most' | 'at least';
  holds: boolean;
}

export interface Benchmark {
  name: string;
  says: string;
  /** Undefined where something it needs is not there; it has said what. */
  run(options: { pairs: number; say(line: string): void }): Promise<Figure[] | undefined>;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Runs two things in turn, A B A B, so that a machine whose speed drifts cannot favour one. */
export async function inPairs(
  pairs: number,
  measured: () => Promise<number>,
  compared: () => Promise<number>,
): Promise<{ value: number; compared: number; ratio: number }> {
  await compared();
  await measured();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    theirs.push(await compared());
    ours.push(await measured());
  }
  const ratios = ours.map((value, at) => value / (theirs[at] ?? Number.NaN));
  return { value: median(ours), compared: median(theirs), ratio: median(ratios) };
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
