import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Told } from '../story/story.ts';
import type { Chapter } from './thread.ts';

/** A thread that tells one chapter after another. */
export interface Thread {
  /** Rejects where the thread dies of it, or has died before. */
  tell(chapter: Chapter): Promise<Told[]>;
  close(): Promise<void>;
}

/** Whatever runs this one has loaders of its own, and a thread needs none. */
const THREAD = { execArgv: ['--disable-warning=ExperimentalWarning'] };

export function openThread(): Thread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), THREAD);
  let asked = Promise.withResolvers<Told[]>();
  let death: unknown;
  worker.on('message', (all: Told[]) => asked.resolve(all));
  worker.on('error', (error) => {
    death = error;
    asked.reject(error);
  });
  return {
    async tell(chapter) {
      if (death !== undefined) throw death;
      asked = Promise.withResolvers();
      worker.postMessage(chapter);
      return asked.promise;
    },
    async close() {
      if (death !== undefined) return;
      const end = once(worker, 'exit');
      worker.postMessage('end');
      await end;
    },
  };
}
