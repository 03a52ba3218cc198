import type { Cursors } from './cursors.ts';
import type { GroupMemory } from './group-commit.ts';

/** Through which event all are published: known at once, written with the next commit. */
export interface Publication extends GroupMemory {
  through(): number;
  mark(throughSequence: number): void;
}

export function createPublication(cursors: Cursors): Publication {
  let marked = 0;
  let written = 0;
  return {
    through: () => Math.max(marked, cursors.get('published')),
    mark: (throughSequence) => {
      marked = Math.max(marked, throughSequence);
    },
    begun: (isOutdated) => {
      if (isOutdated) written = cursors.get('published');
    },
    committing: () => {
      if (marked <= written) return;
      cursors.set('published', marked);
      written = marked;
    },
    rolledBack: () => {
      written = 0;
    },
  };
}
