import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonValue } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { show } from './validator.ts';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** What would have been right, in words that fit behind "expected". */
export function expectationOf({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return [params.type]
        .flat()
        .map((type) => TYPES[String(type)] ?? String(type))
        .join(' or ');
    case 'enum':
      return `one of ${[params.allowedValues].flat().map(show).join(', ')}`;
    case 'const':
      return show(params.allowedValue);
    case 'minimum':
      return `at least ${params.limit}`;
    case 'maximum':
      return `at most ${params.limit}`;
    case 'minLength':
      return `at least ${counted(params.limit, 'character')}`;
    case 'maxLength':
      return `at most ${counted(params.limit, 'character')}`;
    case 'minItems':
      return `at least ${counted(params.limit, 'member')}`;
    case 'maxItems':
      return `at most ${counted(params.limit, 'member')}`;
    case 'pattern':
      return `a text that matches ${params.pattern}`;
    case 'format':
      return `a text in the format ${params.format}`;
    case 'required':
      return 'a value';
    default:
      return `what the schema asks for: it ${message ?? `breaks "${keyword}"`}`;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** What the person who gave the value may do. */
export function suggestionFor(error: ErrorObject, given: JsonValue | undefined): string | null {
  if (error.keyword === 'enum' && typeof given === 'string') {
    const allowed: unknown[] = [error.params.allowedValues].flat();
    return didYouMean(
      given,
      allowed.filter((value) => typeof value === 'string'),
    );
  }
  if (error.keyword === 'additionalProperties' && isJsonObject(error.parentSchema?.properties)) {
    const names = Object.keys(error.parentSchema.properties);
    return didYouMean(String(error.params.additionalProperty), names);
  }
  if (error.keyword !== 'type' || typeof given !== 'string') return null;
  const wanted = [error.params.type].flat();
  const isNumber = given.trim() !== '' && Number.isFinite(Number(given));
  if (isNumber && (wanted.includes('integer') || wanted.includes('number'))) {
    return `Give it as a number: ${Number(given)}.`;
  }
  if ((given === 'true' || given === 'false') && wanted.includes('boolean')) {
    return `Give it without quotes: ${given}.`;
  }
  return null;
}
