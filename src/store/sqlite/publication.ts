import type { Cursors } from './cursors.ts';

/** Through which event all are published: known at once, written later. */
export interface Publication {
  through(): number;
  mark(throughSequence: number): void;
  /** Inside a physical commit. */
  write(): void;
}

export function createPublication(cursors: Cursors): Publication {
  let marked = 0;
  return {
    through: () => Math.max(marked, cursors.get('published')),
    mark: (throughSequence) => {
      marked = Math.max(marked, throughSequence);
    },
    write: () => {
      if (marked > cursors.get('published')) cursors.set('published', marked);
    },
  };
}
