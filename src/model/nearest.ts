/** The name somebody probably meant; undefined where none is close enough to be worth saying. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  const given = wrong.slice(0, NAME_CHARACTERS_MAX);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - given.length) >= bestDistance) continue;
    const distance = editDistance(plain(given), plain(name));
    // A short name is another name as soon as most of its letters differ.
    if (distance >= bestDistance || distance * 2 > Math.max(name.length, given.length)) continue;
    best = name;
    bestDistance = distance;
  }
  return best ?? longer(given, names);
}

/** The shortest that begins with what was given: much of it may be missing. */
function longer(given: string, names: Iterable<string>): string | undefined {
  if (given.length < BEGINNING_CHARACTERS_MIN) return undefined;
  const begun = [...names].filter((name) => plain(name).startsWith(plain(given)));
  return begun.sort((left, right) => left.length - right.length)[0];
}

const BEGINNING_CHARACTERS_MIN = 3;

/** `Did you mean "x"?`; null where none is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string | null {
  const name = nearest(wrong, names);
  return name === undefined ? null : `Did you mean ${JSON.stringify(name)}?`;
}

const NAME_CHARACTERS_MAX = 100;

/** `depends_on`, `dependsOn` and `DependsOn` are one name to a person. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Letters to insert, remove, replace or swap with their neighbour to get from one to the other. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1] && !same;
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped
            ? (beforeLast[column - 2] ?? Number.POSITIVE_INFINITY) + 1
            : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
