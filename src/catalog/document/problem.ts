import { BiotopeError } from '../../model/errors.ts';

/** A fault in a template's folder, where it is and what to do. Plain JSON. */
export interface Problem {
  /** Relative to the template's folder. */
  file: string;
  /** From 1; 1:1 where the whole file is meant. */
  line: number;
  column: number;
  /** Where in the document: `resources[2].with.module`; empty for the whole. */
  path: string;
  message: string;
  suggestion: string | null;
}

export const TEMPLATE_FILE = 'template.yaml';

/** A problem that has no place inside a file. */
export function fileProblem(file: string, message: string, suggestion: string | null): Problem {
  return { file, line: 1, column: 1, path: '', message, suggestion };
}

/** `resources[2].with.module` */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[A-Za-z_$][\w$-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** In the order of places; the same said twice about one place is said once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = problems.toSorted(
    (left, right) =>
      compare(left.file, right.file) ||
      left.line - right.line ||
      left.column - right.column ||
      compare(left.message, right.message),
  );
  const seen = new Set<string>();
  return sorted.filter((problem) => {
    const key = JSON.stringify([problem.file, problem.line, problem.column, problem.message]);
    return !seen.has(key) && seen.add(key);
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

const LINE_CHARACTERS_MAX = 120;

/**
 * For people, with the source line and a mark under the place:
 *
 *     template.yaml:14:9  error: unknown key "depends_on" (resources[2])
 *       14 |         depends_on: [db]
 *          |         ^
 *       Did you mean "dependsOn"?
 *
 * @internal
 */
export function renderProblems(
  problems: readonly Problem[],
  sources: Readonly<Record<string, string>>,
): string {
  const lines = new Map(Object.entries(sources).map(([file, text]) => [file, text.split(/\r?\n/)]));
  return problems
    .map((problem) => render(problem, lines.get(problem.file)?.[problem.line - 1]))
    .join('\n\n');
}

function render(problem: Problem, source: string | undefined): string {
  const { file, line, column, path, message, suggestion } = problem;
  const where = path === '' ? '' : ` (${path})`;
  const text = [`${file}:${line}:${column}  error: ${message}${where}`];
  if (source !== undefined && source.trim() !== '') {
    // A long line is shown from a little before the place.
    const from = column > LINE_CHARACTERS_MAX ? column - 40 : 0;
    // One blank for each tab or control character: the mark stays under its place.
    const shown = source.slice(from, from + LINE_CHARACTERS_MAX).replaceAll(/\p{Cc}/gu, ' ');
    const gutter = String(line);
    text.push(`  ${gutter} | ${shown}`);
    text.push(`  ${' '.repeat(gutter.length)} | ${' '.repeat(column - 1 - from)}^`);
  }
  if (suggestion !== null) text.push(`  ${suggestion}`);
  return text.join('\n');
}

/** TEMPLATE_INVALID with every problem: rendered in `detail`, as JSON in `facts.problems`. */
export function problemsError(
  what: string,
  problems: readonly Problem[],
  sources: Readonly<Record<string, string>>,
): BiotopeError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new BiotopeError('TEMPLATE_INVALID', {
    message: `${what} has ${count}.`,
    detail: renderProblems(problems, sources),
    facts: { problems },
  });
}
