import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Told } from '../story/story.ts';
import type { Chapter } from './thread.ts';

export interface ManyTerms {
  from: number;
  seeds: number;
  /** Name of a planted bug: then the first story that finds it is the last one. */
  bug?: string;
  isTold?: boolean;
  threads?: number;
  onProgress?(told: number): void;
}

export interface Many {
  stories: number;
  commits: number;
  commands: number;
  /** What came about, and how often: see Chronicle. */
  marks: Map<string, number>;
  /** Stories in which a promise was broken, by seed. */
  broken: Told[];
  /** Of the last story that was told whole, where one was to be read. */
  lines: string[];
}

/** Enough that the threads seldom wait, few enough that they end together. */
const CHAPTER_SEEDS = 20;

/** Tells many stories on all cores. Rejects where a thread dies. */
export async function tellMany(terms: ManyTerms): Promise<Many> {
  const { from, seeds, bug = null, isTold = false, onProgress = () => {} } = terms;
  const { threads = availableParallelism() } = terms;
  const counts = { stories: 0, commits: 0, commands: 0 };
  const many: Many = { ...counts, marks: new Map(), broken: [], lines: [] };
  let next = from;

  function nextChapter(): Chapter | undefined {
    const left = from + seeds - next;
    if (left <= 0 || (bug !== null && many.broken.length > 0)) return undefined;
    const chapter = { from: next, seeds: Math.min(left, CHAPTER_SEEDS), bug, isTold };
    next += chapter.seeds;
    return chapter;
  }

  function take(all: Told[]): void {
    for (const told of all) {
      many.stories += 1;
      many.commits += told.commits;
      many.commands += told.commands;
      for (const [what, times] of told.marks) {
        many.marks.set(what, (many.marks.get(what) ?? 0) + times);
      }
      if (told.lines.length > 0) many.lines = told.lines;
      if (told.violations.length > 0) many.broken.push(told);
    }
    onProgress(many.stories);
  }

  const count = Math.min(threads, Math.ceil(seeds / CHAPTER_SEEDS));
  await Promise.all(Array.from({ length: count }, () => runThread(nextChapter, take)));
  many.broken.sort((left, right) => left.seed - right.seed);
  return many;
}

function runThread(
  nextChapter: () => Chapter | undefined,
  take: (all: Told[]) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), THREAD);
    const goOn = () => worker.postMessage(nextChapter() ?? 'end');
    worker.on('message', (all: Told[]) => {
      take(all);
      goOn();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
    goOn();
  });
}

/** Whatever runs this one has loaders of its own, and a thread needs none. */
const THREAD = { execArgv: ['--disable-warning=ExperimentalWarning'] };
