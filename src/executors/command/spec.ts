import { posix } from 'node:path';
import { z } from 'zod';
import { holdsExpression, NO_EXPRESSION } from '../../model/expression/text.ts';
import type { ResolvedSpec, ResolvedValue } from '../executor.ts';
import { orExpression, readShape, type Shape, secretValue, segmentName } from '../spec-shape.ts';

const ARGUMENTS_MAX = 200;
const ARGUMENT_CHARACTERS_MAX = 32 * 1024;

const argument = z.union(
  [z.number(), z.boolean(), z.string().max(ARGUMENT_CHARACTERS_MAX).refine(withoutNul, NO_NUL())],
  'must be a text, a number, true or false',
);

/** The program is known before a run, so that it can be checked before a run. */
const program = z
  .string()
  .min(1)
  .refine((text) => !holdsExpression(text), 'must be a program named as it is, without ${…}')
  .refine(isProgram, 'must be a program on the PATH, or a file of the template such as ./app/start')
  .meta(NO_EXPRESSION)
  .describe('A file of the template such as ./app/start, or a program on the PATH.');

const command = z
  .tuple([program], orExpression(argument))
  .refine((words) => words.length <= ARGUMENTS_MAX, `must have at most ${ARGUMENTS_MAX} words`)
  .meta({ minItems: 1, maxItems: ARGUMENTS_MAX });

const RESERVED = /^(?:BIOTOPE_|LD_|DYLD_)/;
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'must be a name of letters, digits and _')
  .refine((name) => !RESERVED.test(name), 'must not begin with BIOTOPE_ or LD_')
  .meta({ not: { pattern: RESERVED.source } });

const variable = z.union(
  [z.number(), z.boolean(), secretValue, z.string().refine(withoutNul, NO_NUL())],
  'must be a text, a number, true or false',
);

export const SPEC = z.strictObject({
  create: command.describe(
    'Makes it, or brings it to what is asked. May be run again at any time.',
  ),
  destroy: command.optional().describe('Takes it away. Absent: what was made stays.'),
  inspect: command
    .optional()
    .describe('Says how it is by its exit code: 0 there, 3 not there, 4 there in part.'),
  adopt: command.optional().describe('Adopts what exists already. Absent: it cannot be adopted.'),
  env: z
    .record(variableName, variable)
    .default({})
    .describe('Variables of its environment. Secrets may stand here.'),
  input: z
    .custom<ResolvedValue>((given) => given !== undefined)
    .default(null)
    .describe('Comes as JSON on standard input, under "input". Secrets may stand here.'),
  secretOutputs: z.array(segmentName).default([]).describe('Names of outputs that are secret.'),
});

/** Of an action. Its arguments are as they are: what it works with comes on standard input. */
const ACT_SPEC = SPEC.pick({ input: true, secretOutputs: true }).extend({ command });

export type CommandSpec = z.output<typeof SPEC>;

type Words = CommandSpec['create'];

/** What one application is started with. */
export type RunSpec = Pick<CommandSpec, 'env' | 'input' | 'secretOutputs'> &
  Partial<Record<Operation, Words | undefined>>;

/** What an application is started for; also the name of its command in the spec. */
export type Operation = 'create' | 'destroy' | 'inspect' | 'adopt' | 'action';

/** Those of a resource. */
export const OPERATIONS = ['create', 'destroy', 'inspect', 'adopt'] as const;

export function readActSpec(given: ResolvedSpec): Shape<z.output<typeof ACT_SPEC>> {
  return readShape(ACT_SPEC, given);
}

export function readSpec(given: ResolvedSpec): Shape<CommandSpec> {
  return readShape(SPEC, given);
}

function withoutNul(text: string): boolean {
  return !text.includes('\0');
}

function NO_NUL(): string {
  return 'must not hold the character NUL';
}

function isProgram(text: string): boolean {
  return isOwnProgram(text) ? fileOf(text) !== undefined : !text.includes('/') && withoutNul(text);
}

/** A file of the template, not a program of the machine. */
function isOwnProgram(text: string): boolean {
  return text.startsWith('./');
}

/** `./app/start` is `app/start` of the bundle; undefined for what leaves it. */
export function fileOf(text: string): string | undefined {
  if (!isOwnProgram(text) || text.includes('\\') || !withoutNul(text)) return undefined;
  const plain = posix.normalize(text);
  return plain === '.' || plain.startsWith('..') || plain.endsWith('/') ? undefined : plain;
}
