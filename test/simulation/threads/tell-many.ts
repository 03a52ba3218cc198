import { availableParallelism } from 'node:os';
import type { Told } from '../story/story.ts';
import { openThread, type Thread } from './open-thread.ts';
import type { Chapter } from './thread.ts';

export interface ManyTerms {
  from: number;
  seeds: number;
  /** Name of a planted bug: then the first story that finds it is the last one. */
  bug?: string;
  isTold?: boolean;
  /** Once it is aborted no further story begins. */
  signal?: AbortSignal;
  /** What is known so far, each time that a thread has told a few. */
  onProgress?(many: Many): void;
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

/** Threads that tell stories: each needs a while to begin, so they are kept for the next ones. */
export interface Tellers {
  /** Tells many stories. Rejects where a thread dies. */
  tell(terms: ManyTerms): Promise<Many>;
  close(): Promise<void>;
}

/** Enough that the threads seldom wait, few enough that they end together. */
const CHAPTER_SEEDS = 20;

/** `threads`: how many. Default: one on each core. */
export function openTellers(threads = availableParallelism()): Tellers {
  const all: Thread[] = [];

  function atMost(count: number): Thread[] {
    while (all.length < Math.min(count, threads)) all.push(openThread());
    return all.slice(0, count);
  }

  return {
    tell: (terms) => tellWith(atMost(Math.ceil(terms.seeds / CHAPTER_SEEDS)), terms),
    close: async () => {
      await Promise.all(all.map((thread) => thread.close()));
    },
  };
}

/** With threads of its own. */
export async function tellMany(terms: ManyTerms & { threads?: number }): Promise<Many> {
  const tellers = openTellers(terms.threads);
  return tellers.tell(terms).finally(() => tellers.close());
}

async function tellWith(threads: readonly Thread[], terms: ManyTerms): Promise<Many> {
  const { from, seeds, bug = null, isTold = false, onProgress = () => {} } = terms;
  const counts = { stories: 0, commits: 0, commands: 0 };
  const many: Many = { ...counts, marks: new Map(), broken: [], lines: [] };
  let next = from;

  function nextChapter(): Chapter | undefined {
    const left = from + seeds - next;
    const isOver = left <= 0 || terms.signal?.aborted === true;
    if (isOver || (bug !== null && many.broken.length > 0)) return undefined;
    const chapter = { from: next, seeds: Math.min(left, CHAPTER_SEEDS), bug, isTold };
    next += chapter.seeds;
    return chapter;
  }

  async function tellChapters(thread: Thread): Promise<void> {
    for (let chapter = nextChapter(); chapter !== undefined; chapter = nextChapter()) {
      add(many, await thread.tell(chapter));
      onProgress(many);
    }
  }

  await Promise.all(threads.map(tellChapters));
  many.broken.sort((left, right) => left.seed - right.seed);
  return many;
}

function add(many: Many, all: readonly Told[]): void {
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
}
