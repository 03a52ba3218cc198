import { closeSync, openSync, readSync } from 'node:fs';
import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { Limits } from '../../../model/limits.ts';
import { codeOf } from '../../../model/thrown.ts';
import { yamlProblemLines } from '../../../platform/yaml/located.ts';
import { readYaml } from '../../../platform/yaml/read.ts';

export interface ParameterFlags {
  /** `name=value`, as often as wanted. */
  parameter?: string[] | undefined;
  /** YAML or JSON; `-` is standard input. */
  'parameters-file'?: string | undefined;
}

export interface OutputFlags {
  /** `name=value`, as often as wanted. */
  'set-output'?: string[] | undefined;
  /** YAML or JSON; `-` is standard input. */
  'outputs-file'?: string | undefined;
}

export interface ArgumentFlags {
  /** `name=value`, as often as wanted. */
  argument?: string[] | undefined;
  /** YAML or JSON; `-` is standard input. */
  'arguments-file'?: string | undefined;
}

/** What the flags are called, and what they hold, for messages. */
interface FlagNames {
  pair: string;
  file: string;
  values: string;
}

/** Reads the text behind the `=`. */
type ReadValue = (name: string, text: string) => JsonValue;

const PARAMETERS: FlagNames = {
  pair: '--parameter',
  file: '--parameters-file',
  values: 'parameters',
};

/** Of an action. */
const ARGUMENTS: FlagNames = {
  pair: '--argument',
  file: '--arguments-file',
  values: 'arguments',
};

/** Outputs of a resource that a person tells. */
const OUTPUTS: FlagNames = { pair: '--set-output', file: '--outputs-file', values: 'outputs' };

type ParameterLimits = Pick<Limits, 'commandBytesMax' | 'nestingLevelsMax'>;

/**
 * What a person set: the file first, then what stands on the command line. A value is read as the
 * type its parameter has in the template's schema; where that is not known, as YAML.
 */
export function readParameters(
  flags: ParameterFlags,
  schema: JsonObject | null,
  limits: ParameterLimits,
): JsonObject {
  const given = { file: flags['parameters-file'], pairs: flags.parameter };
  return readTyped(given, schema, { ...limits, names: PARAMETERS });
}

/** The same of the arguments of an action. */
export function readArguments(
  flags: ArgumentFlags,
  schema: JsonObject | null,
  limits: ParameterLimits,
): JsonObject {
  const given = { file: flags['arguments-file'], pairs: flags.argument };
  return readTyped(given, schema, { ...limits, names: ARGUMENTS });
}

function readTyped(given: GivenValues, schema: JsonObject | null, terms: Terms): JsonObject {
  const read: ReadValue = (name, text) =>
    isText(schema, name) ? readText(text) : readYamlValue(name, text, terms);
  return readValues(given, read, terms);
}

/**
 * As `readParameters`, for what a person tells of a resource. No schema knows its outputs: a value is a
 * text as it stands, unless it is JSON.
 */
export function readToldOutputs(flags: OutputFlags, limits: ParameterLimits): JsonObject {
  const given = { file: flags['outputs-file'], pairs: flags['set-output'] };
  return readValues(given, (_, text) => readJsonOrText(text), { ...limits, names: OUTPUTS });
}

interface Terms extends ParameterLimits {
  names: FlagNames;
}

interface GivenValues {
  file: string | undefined;
  pairs: string[] | undefined;
}

function readValues({ file, pairs = [] }: GivenValues, read: ReadValue, terms: Terms): JsonObject {
  const fromFile = file === undefined ? {} : readFile(file, terms);
  const told = pairs.map((pair) => readPair(pair, read, terms));
  return { ...fromFile, ...Object.fromEntries(told) };
}

function readPair(pair: string, read: ReadValue, terms: Terms): [string, JsonValue] {
  const at = pair.indexOf('=');
  if (at < 1) {
    const shown = at < 0 ? pair : pair.slice(0, at);
    throw new BiotopeError('USAGE', {
      message: `${terms.names.pair} ${JSON.stringify(shown.slice(0, 60))} must be NAME=VALUE, such as replicas=3.`,
    });
  }
  const [name, text] = [pair.slice(0, at), pair.slice(at + 1)];
  return [name, read(name, text)];
}

/** As it stands, but for null, which takes a parameter of any type back to its default. */
function readText(text: string): string | null {
  if (text === 'null') return null;
  return text === '"null"' ? 'null' : text;
}

/** A number that would be written otherwise, such as 0123 or 1.10, is none: nothing of it gets lost. */
function readJsonOrText(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return typeof value === 'number' && String(value) !== text.trim() ? text : value;
  } catch {
    return text;
  }
}

function isText(schema: JsonObject | null, name: string): boolean {
  const properties = isJsonObject(schema?.properties) ? schema.properties : {};
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isJsonObject(property) && property.type === 'string';
}

/** The value is never part of a message: it may be a secret. */
function readYamlValue(name: string, text: string, { nestingLevelsMax, names }: Terms): JsonValue {
  const { root, problems } = readYaml(text, nestingLevelsMax);
  if (root !== null && problems.length === 0) return root.value;
  const why = problems[0]?.message ?? 'it is no single value';
  throw new BiotopeError('USAGE', {
    message: `The value of ${names.pair} ${name} cannot be read as YAML: ${why}. Put it in quotes, or use ${names.file}.`,
  });
}

const STANDARD_INPUT = 0;
const CHUNK_BYTES = 64 * 1024;

function readFile(file: string, terms: Terms): JsonObject {
  const shown = file === '-' ? 'standard input' : file;
  const { values: what } = terms.names;
  const document = readYaml(textOf(file, terms), terms.nestingLevelsMax);
  const { root, problems } = document;
  if (root === null || problems.length > 0) {
    const [first = '', ...more] = yamlProblemLines(document);
    throw new BiotopeError('USAGE', {
      message: `The ${what} cannot be read from ${shown}: ${first}`,
      ...(more.length === 0 ? {} : { detail: more.join('\n') }),
    });
  }
  const values = root.value ?? {};
  if (isJsonObject(values)) return values;
  throw new BiotopeError('USAGE', {
    message: `${shown} must hold ${what} by name, such as "replicas: 3".`,
  });
}

function textOf(file: string, { commandBytesMax, names }: Terms): string {
  try {
    return readSource(file, commandBytesMax, names.values);
  } catch (cause) {
    if (isBiotopeError(cause)) throw cause;
    const why = codeOf(cause) ?? 'unknown reason';
    const says = WHY_UNREADABLE[why] ?? `cannot be read (${why})`;
    throw new BiotopeError('USAGE', {
      message: `The file of ${names.values} ${file} ${says}.`,
      cause,
    });
  }
}

const WHY_UNREADABLE: Record<string, string> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by you',
};

/** No more than `bytesMax` is taken in, whatever is there: a device and a pipe have no size. */
function readSource(file: string, bytesMax: number, values: string): string {
  const descriptor = file === '-' ? STANDARD_INPUT : openSync(file, 'r');
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, count));
      bytes += count;
      if (bytes > bytesMax) throw tooLarge(file, bytesMax, values);
    }
  } finally {
    if (descriptor !== STANDARD_INPUT) closeSync(descriptor);
  }
}

function tooLarge(file: string, bytesMax: number, values: string): BiotopeError {
  const shown = file === '-' ? 'Standard input' : `The file ${file}`;
  return new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `${shown} has more than ${bytesMax} bytes of ${values}, and a command takes no more. ` +
      'Give less, or raise limits.commandBytesMax.',
    facts: { bytesMax },
  });
}
