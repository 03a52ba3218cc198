import { z } from 'zod';
import { BiotopeError } from '../model/errors.ts';
import { holdsExpression } from '../model/expression/text.ts';
import { didYouMean } from '../model/nearest.ts';
import { checkPath, isSegment } from '../platform/paths.ts';
import type { ResolvedSpec, SpecProblem } from './executor.ts';

/** The same schema reads a spec as it is written, with its `${…}`, and as it is resolved. */
const expression = z.string().refine(holdsExpression, 'must be a text that holds an expression');

/** The value, or a text that will become one. */
export function orExpression<T extends z.ZodType>(schema: T) {
  return z.union([expression, schema]);
}

/** A `/`-separated key or secret path. */
export const pathText = z.string().superRefine((text, context) => {
  if (holdsExpression(text)) return;
  const message = wrongPath(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** One name that may stand in keys and paths. */
export const segmentName = z
  .string()
  .refine(isSegment, 'must be a name of letters, digits and _ . @ -, at most 127 characters');

function wrongPath(text: string): string | undefined {
  try {
    checkPath(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export type Shape<T> = { spec: T; problems: [] } | { spec: null; problems: SpecProblem[] };

/** The spec with its defaults, or everything that is wrong with it. */
export function readShape<T extends z.ZodObject>(
  schema: T,
  spec: ResolvedSpec,
): Shape<z.output<T>> {
  const read = schema.safeParse(spec);
  if (read.success) return { spec: read.data, problems: [] };
  const known = Object.keys(schema.shape);
  return { spec: null, problems: read.error.issues.flatMap((issue) => problemsOf(issue, known)) };
}

/** For an executor at work, whose spec was checked before: what is wrong now came in by expressions. */
export function demandShape<T>(shape: Shape<T>): T {
  if (shape.spec !== null) return shape.spec;
  const faults = shape.problems.map(
    ({ path, message }) => `${path.join('.') || 'with'}: ${message}`,
  );
  throw new BiotopeError('EXPRESSION_FAILED', {
    message: `What the expressions of the resource became cannot be used. ${faults.join(' ')}`,
  });
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, known: readonly string[]): SpecProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `${JSON.stringify(key)} is not known here.`,
      suggestion:
        path.length > 0 ? null : (didYouMean(key, known) ?? `Known: ${known.join(', ')}.`),
    }));
  }
  // The last alternative is the value itself; the others only stand for it.
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined;
  if (inner !== undefined && inner.length > 0) {
    return inner.flatMap((each) => problemsOf({ ...each, path: [...path, ...each.path] }, known));
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues.map((each) => each.message).join(' ');
    return [{ path, message: `The name ${message}`, suggestion: null }];
  }
  return [{ path, message: `${issue.message}.`.replace(/\.\.$/, '.'), suggestion: null }];
}
