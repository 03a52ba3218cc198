/** `a, b, c and 4 more` */
export function someOf(names: readonly string[], shownMax: number): string {
  const { shown, more } = firstOf(names, shownMax);
  return [shown.join(', '), ...more].join(' ');
}

/** The first ones, and as a line of its own how many there are besides: `and 4 more`, or nothing. */
export function firstOf<T>(all: readonly T[], shownMax: number): { shown: T[]; more: string[] } {
  const left = all.length - shownMax;
  return { shown: all.slice(0, shownMax), more: left > 0 ? [`and ${left} more`] : [] };
}
