import type { JsonValue } from '../../model/json.ts';

/** A value of the document, where it stands (offsets into the text), and its members. */
export interface Located {
  value: JsonValue;
  start: number;
  end: number;
  /** Where its name stands, for a member of a map. */
  keyStart: number | null;
  members: ReadonlyMap<string, Located> | null;
  items: readonly Located[] | null;
}

/** A fault at an offset of the text. */
export interface YamlProblem {
  offset: number;
  message: string;
  suggestion: string | null;
}

export interface YamlDocument {
  /** Null where the text is no YAML. */
  root: Located | null;
  problems: YamlProblem[];
  /** From 1. */
  positionOf(offset: number): { line: number; column: number };
}

/** The value at a path, or the nearest one around it that is there. */
export function nearestLocated(root: Located, path: readonly (string | number)[]): Located {
  let at = root;
  for (const step of path) {
    const next = at.members?.get(String(step)) ?? at.items?.[Number(step)];
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** `line 3, column 7: what is wrong. What to do.`, one a problem, in the order of the text. */
export function yamlProblemLines({ problems, positionOf }: YamlDocument): string[] {
  const sorted = problems.toSorted((left, right) => left.offset - right.offset);
  return sorted.map(({ offset, message, suggestion }) => {
    const { line, column } = positionOf(offset);
    const what = `line ${line}, column ${column}: ${message}.`;
    return suggestion === null ? what : `${what} ${suggestion}`;
  });
}
