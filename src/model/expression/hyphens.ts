import type { Reference, ReferenceFault } from './paths.ts';

const HYPHENATED =
  /\bresources\.([a-z][a-z0-9]*(?:-[a-z0-9]+)+)((?:\[\w*\]|\["[^"]*"\]|\.[A-Za-z_]\w*)*)/g;

/**
 * `resources.my-db.outputs.url` is a subtraction to CEL, and what CEL says of that helps nobody.
 * The fault where a path like that is read, or where one stands around `offset`.
 */
export function hyphenFault(
  source: string,
  { references, offset }: { references: readonly Reference[]; offset: number | null },
): (ReferenceFault & { offset: number }) | null {
  const starts = new Set(references.map((reference) => reference.offset));
  for (const { index, 0: path, 1: id, 2: rest } of source.matchAll(HYPHENATED)) {
    const isMeant =
      starts.has(index) || (offset !== null && offset > index && offset <= index + path.length);
    if (!isMeant) continue;
    return {
      offset: index,
      reason: `"-" subtracts here, it is no part of the id`,
      suggestion: `Write resources["${id}"]${rest}.`,
    };
  }
  return null;
}
