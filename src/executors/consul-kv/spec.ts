import { z } from 'zod';
import { canonicalJson } from '../../model/json.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import type { ResolvedSpec, ResolvedValue, SpecProblem } from '../executor.ts';
import { revealAll } from '../reveal.ts';
import { pathText, readShape, type Shape } from '../spec-shape.ts';

/** The name, below every prefix, of the entry that says whose the others are. */
export const MARKER = '_biotope';

const value = z
  .custom<ResolvedValue>(
    (given) => given !== undefined && given !== null,
    'must be a text, a number, true or false, a list or an object',
  )
  .meta({ not: { type: 'null' } });

const relativeKey = pathText
  .refine((key) => key !== MARKER, `must not be ${MARKER}`)
  .meta({ not: { const: MARKER } });

export const SPEC = z.strictObject({
  prefix: pathText.describe('Where the entries are kept: names joined by "/", no other owner.'),
  entries: z
    .record(relativeKey, value)
    .default({})
    .describe('Values by key below the prefix. A text is kept as it is, all else as JSON.'),
  secretEntries: z
    .record(relativeKey, value)
    .default({})
    .describe('The same for values that are, or hold, secrets.'),
});

export type KeyValueSpec = z.output<typeof SPEC>;

export function readSpec(given: ResolvedSpec): Shape<KeyValueSpec> {
  const shape = readShape(SPEC, given);
  if (shape.spec === null) return shape;
  const problems = [...doubles(shape.spec), ...misplaced(shape.spec)];
  return problems.length === 0 ? shape : { spec: null, problems };
}

function doubles({ entries, secretEntries }: KeyValueSpec): SpecProblem[] {
  return Object.keys(secretEntries)
    .filter((key) => Object.hasOwn(entries, key))
    .map((key) => ({
      path: ['secretEntries', key],
      message: `${key} stands below entries and below secretEntries.`,
      suggestion: 'Leave it in one of them.',
    }));
}

function misplaced({ entries }: KeyValueSpec): SpecProblem[] {
  return Object.entries(entries)
    .filter(([, item]) => holdsSecret(item))
    .map(([key]) => ({
      path: ['entries', key],
      message: 'A secret is not allowed here: the entry is not declared secret.',
      suggestion: 'Move it below secretEntries.',
    }));
}

function holdsSecret(given: ResolvedValue): boolean {
  if (given instanceof SecretValue) return true;
  if (typeof given !== 'object' || given === null) return false;
  return Object.values(given).some(holdsSecret);
}

/** Texts as they are; everything else as JSON. */
export function entriesOf({ entries, secretEntries }: KeyValueSpec): Map<string, string> {
  const all = [...Object.entries(entries), ...Object.entries(secretEntries)];
  return new Map(all.map(([key, item]) => [key, entryText(item)]));
}

function entryText(given: ResolvedValue): string {
  const plain = revealAll(given);
  return typeof plain === 'string' ? plain : canonicalJson(plain);
}
