import { z } from 'zod';
import type { JsonValue } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';

import type { Finding } from './document.ts';

/** Checks a part of the document against its schema. Findings' paths begin with `path`. */
export function checkShape<S extends z.ZodType>(
  schema: S,
  value: JsonValue,
  path: readonly (string | number)[],
): { data: z.output<S> | undefined; findings: Finding[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data, findings: [] };
  return {
    data: undefined,
    findings: parsed.error.issues.flatMap((issue) => toFindings(issue, schema, { value, path })),
  };
}

interface Checked {
  value: JsonValue;
  path: readonly (string | number)[];
}

function toFindings(issue: z.core.$ZodIssue, schema: z.ZodType, checked: Checked): Finding[] {
  const inner = placeOf(
    issue.path.filter((step) => typeof step !== 'symbol'),
    checked.value,
  );
  const path = [...checked.path, ...inner];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, inner);
    return issue.keys.map((key) => unknownKey(key, known, path));
  }
  const given = memberAt(checked.value, inner);
  const last = path.at(-1) ?? 'the document';
  if (given === undefined) {
    const suggestion = MISSING_SUGGESTIONS.get(String(last)) ?? null;
    return [{ path, message: `${JSON.stringify(last)} is missing`, suggestion }];
  }
  return [
    { path, message: describe(issue, given, last), suggestion: quoteSuggestion(issue, given) },
  ];
}

/** A text that is read as a list of one is at fault itself, not a member of it. */
function placeOf(path: (string | number)[], value: JsonValue): (string | number)[] {
  const around = path.slice(0, -1);
  return typeof memberAt(value, around) === 'string' ? around : path;
}

const MISSING_SUGGESTIONS: ReadonlyMap<string, string> = new Map([
  ['apiVersion', 'Write apiVersion: biotope/v1 as the first line.'],
  ['kind', 'Write kind: Template.'],
  ['executor', 'Write executor, template or external: what makes it, or whose it is.'],
]);

/** Names that other tools use for the same thing. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['depends', 'dependsOn'],
  ['needs', 'dependsOn'],
  ['requires', 'dependsOn'],
  ['provider', 'executor'],
  ['type', 'executor'],
  ['uses', 'executor'],
  ['spec', 'with'],
  ['config', 'with'],
  ['properties', 'with'],
  ['inputs', 'with'],
  ['with', 'parameters'],
  ['module', 'template'],
  ['renamedFrom', 'movedFrom'],
  ['moved', 'movedFrom'],
  ['name', 'id'],
  ['replicas', 'count'],
  ['health', 'statusEndpoints'],
  ['healthChecks', 'statusEndpoints'],
  ['variables', 'parameters'],
  ['steps', 'resources'],
  ['timeout', 'timeoutSeconds'],
  ['interval', 'intervalSeconds'],
  ['retries', 'retry'],
]);

/** Names that stand elsewhere in the language. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['count', 'There is one of it: write another resource with another id.'],
]);

function unknownKey(key: string, known: readonly string[], path: Finding['path']): Finding {
  const synonym = SYNONYMS.get(key);
  const meant = synonym !== undefined && known.includes(synonym) ? synonym : nearest(key, known);
  return {
    path: [...path, key],
    atKey: true,
    message: `unknown name ${JSON.stringify(key)}`,
    suggestion:
      meant === undefined
        ? (ELSEWHERE.get(key) ?? `Known here: ${known.join(', ')}.`)
        : `Did you mean "${meant}"?`,
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function describe(issue: z.core.$ZodIssue, given: JsonValue, last: string | number): string {
  const what = typeof last === 'number' ? 'this' : JSON.stringify(last);
  switch (issue.code) {
    case 'invalid_type':
      return `${what} must be ${TYPE_NAMES[issue.expected] ?? issue.expected}, not ${kindOf(given)}`;
    case 'invalid_format':
      return `${JSON.stringify(given)} is not allowed here: ${issue.message}`;
    case 'too_small':
      return `${what} ${bound(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `${what} ${bound(issue.origin, 'at most', Number(issue.maximum))}`;
    default:
      return `${what} ${issue.message}`;
  }
}

function bound(origin: string, which: 'at least' | 'at most', limit: number): string {
  if (origin === 'string')
    return `must have ${which} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `must have ${which} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${which} ${limit}`;
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `a number (${value})`;
  if (typeof value === 'string') return `a text (${JSON.stringify(value.slice(0, 40))})`;
  return typeof value === 'boolean' ? `${value}` : 'an object';
}

/** `version: 1.2` is a number and `tag: yes` may be one too: quotes make them texts. */
function quoteSuggestion(issue: z.core.$ZodIssue, given: JsonValue): string | null {
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  if (wantsText && typeof given === 'number' && issue.path.at(-1) === 'version') {
    return `A version is a text of three numbers: "${threeNumbers(given)}".`;
  }
  if (wantsText && (typeof given === 'number' || typeof given === 'boolean')) {
    return `Put it in quotes: "${given}".`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array' && given !== null) {
    return 'Write it as a list: each entry behind "- ", or inside [ ].';
  }
  return null;
}

/** To YAML `1.0` and `1` are the same number. */
function threeNumbers(given: number): string {
  const [major = '1', minor = '0'] = String(given).split('.');
  return `${major}.${minor}.0`;
}

function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let at: unknown = unwrap(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrap(at.shape[step]);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
  return at;
}

function memberAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) at = at[Number(step)];
    else at = Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}
