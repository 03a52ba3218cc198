import { z } from 'zod';
import { BiotopeError } from '../model/errors.ts';
import { holdsExpression } from '../model/expression/text.ts';
import { didYouMean } from '../model/nearest.ts';
import { messageOf } from '../model/thrown.ts';
import { checkPath, isSegment, SEGMENT } from '../platform/paths.ts';
import { SecretValue } from '../platform/secret-value.ts';
import type { ResolvedSpec, SpecProblem } from './executor.ts';

/**
 * The value, or a text that will become one: so the same schema reads a spec as it is written, with
 * its `${…}`, and as it is resolved.
 */
export function orExpression<T extends z.ZodType>(schema: T) {
  const either = z.custom<z.output<T> | string>().superRefine((given, context) => {
    if (typeof given === 'string' && holdsExpression(given)) return;
    for (const issue of schema.safeParse(given).error?.issues ?? []) {
      context.addIssue({ code: 'custom', message: fault(issue), path: issue.path });
    }
  });
  // JSON Schemas are made of what it is without an expression.
  return either.meta({ plain: schema });
}

/** A secret, once it is resolved. Nobody can write one into a template. */
export const secretValue = z.instanceof(SecretValue).meta({ not: {} });

/** A `/`-separated key or secret path. */
export const pathText = z.string().superRefine((text, context) => {
  if (holdsExpression(text)) return;
  const message = wrongPath(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** One name that may stand in keys and paths. */
export const segmentName = z
  .string()
  .refine(isSegment, 'must be a name of letters, digits and _ . @ -, at most 127 characters')
  .meta({ pattern: SEGMENT.source });

function wrongPath(text: string): string | undefined {
  try {
    checkPath(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
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
  if (issue.code === 'invalid_key') {
    const faults = issue.issues
      .map(fault)
      .map((each) => (isSentence(each) ? each : `Its name ${each}.`));
    return [{ path, message: faults.join(' '), suggestion: null }];
  }
  const message = fault(issue);
  const subject = message === MISSING ? JSON.stringify(String(path.at(-1) ?? 'with')) : 'It';
  const told = isSentence(message) ? message : `${subject} ${message}.`;
  return [{ path, message: told, suggestion: null }];
}

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  record: 'an object',
  object: 'an object',
};

const MISSING = 'is missing';

/** What is wrong, to be said of the value: `must be a text`. Or a sentence of its own. */
function fault(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined')) return MISSING;
    if (issue.message.startsWith('Invalid input')) {
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    }
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.message;
}

function isSentence(text: string): boolean {
  return text.endsWith('.');
}
