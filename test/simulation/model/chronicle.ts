/** What happened in a story, for whoever reads it, and what must not have happened. */
export interface Chronicle {
  readonly violations: readonly string[];
  /** Told only where somebody wants to read it: a text costs time that thousands of stories have not. */
  note(who: string, what: () => string): void;
  /** Something that must never be. Each once. */
  complain(what: string): void;
  /** Counts how often something came about: stories in which it never does prove nothing of it. */
  mark(what: string): void;
  marks(): Marks;
  lines(): string[];
}

export type Marks = ReadonlyMap<string, number>;

export function createChronicle(terms: { nowMs(): number; isTold: boolean }): Chronicle {
  const beganAtMs = terms.nowMs();
  const violations = new Set<string>();
  const marks = new Map<string, number>();
  const lines: string[] = [];

  function write(who: string, what: string): void {
    const seconds = ((terms.nowMs() - beganAtMs) / 1_000).toFixed(3);
    lines.push(`${seconds.padStart(9)} s  ${who.padEnd(10)} ${what}`);
  }

  return {
    get violations() {
      return [...violations];
    },
    note(who, what) {
      if (terms.isTold) write(who, what());
    },
    complain(what) {
      if (violations.has(what)) return;
      violations.add(what);
      if (terms.isTold) write('VIOLATION', what);
    },
    mark: (what) => marks.set(what, (marks.get(what) ?? 0) + 1),
    marks: () => marks,
    lines: () => lines,
  };
}
