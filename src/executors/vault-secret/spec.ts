import { z } from 'zod';
import type { ResolvedSpec, SpecProblem } from '../executor.ts';
import {
  orExpression,
  pathText,
  readShape,
  type Shape,
  secretValue,
  segmentName,
} from '../spec-shape.ts';
import { CHARACTER_SETS } from './generate.ts';

/** The field, in every secret of ours, that says whose it is and how its fields came about. */
export const MARKER = '_biotope';

/** Outputs of their own, beside one for each field. */
const OWN_OUTPUTS = ['path', 'version'];

const fieldName = segmentName
  .refine((name) => name !== MARKER, `must not be ${MARKER}`)
  .refine((name) => !OWN_OUTPUTS.includes(name), 'must be neither path nor version')
  .meta({ not: { enum: [MARKER, ...OWN_OUTPUTS] } });

const rule = z
  .strictObject({
    length: orExpression(z.int('must be a whole number').min(8).max(128)).describe(
      'How many characters.',
    ),
    characters: orExpression(z.enum(CHARACTER_SETS))
      .default('alphanumeric')
      .describe('What they are taken from.'),
  })
  .describe('How a field is generated. Generated once, and anew when the rule changes.');

/** Where parameters, outputs and keys of Biotope itself are kept: no template may write there. */
export function isReserved(path: string): boolean {
  return /^(?:environments|biotope)(?:\/|$)/.test(path);
}

export const SPEC = z.strictObject({
  path: pathText.describe('Where the secret is kept: names joined by "/".'),
  generate: z.record(fieldName, rule).default({}).describe('Fields that are generated.'),
  values: z
    .record(fieldName, z.union([z.string(), secretValue], 'must be a text'))
    .default({})
    .describe('Fields that are given. Secrets may stand here.'),
});

export type SecretSpec = z.output<typeof SPEC>;

export function readSpec(given: ResolvedSpec): Shape<SecretSpec> {
  const shape = readShape(SPEC, given);
  if (shape.spec === null) return shape;
  const problems = [...empty(shape.spec), ...doubles(shape.spec)];
  return problems.length === 0 ? shape : { spec: null, problems };
}

function empty(spec: SecretSpec): SpecProblem[] {
  if (fieldsOf(spec).length > 0) return [];
  const message = 'The secret has no field.';
  const suggestion = 'Name at least one below generate or values.';
  return [{ path: [], message, suggestion }];
}

function doubles({ generate, values }: SecretSpec): SpecProblem[] {
  return Object.keys(values)
    .filter((field) => Object.hasOwn(generate, field))
    .map((field) => ({
      path: ['values', field],
      message: `${field} stands below generate and below values.`,
      suggestion: 'Leave it in one of them.',
    }));
}

export function fieldsOf({ generate, values }: SecretSpec): string[] {
  return [...Object.keys(generate), ...Object.keys(values)].sort();
}
