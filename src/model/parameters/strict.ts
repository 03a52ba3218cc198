import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { validatorOf } from './validator.ts';

/** A fault in a template's `parameters`. `path` leads to its place in there. */
export interface SchemaProblem {
  path: readonly (string | number)[];
  message: string;
  suggestion: string | null;
  /** It is about the name, not about the value. */
  atKey?: boolean;
}

const KEYWORDS =
  'type properties required default description title enum const minimum maximum exclusiveMinimum ' +
  'exclusiveMaximum multipleOf minLength maxLength pattern format items prefixItems minItems maxItems ' +
  'uniqueItems additionalProperties minProperties maxProperties propertyNames writeOnly examples ' +
  'allOf anyOf oneOf not if then else $ref $defs dependentRequired contains deprecated';

/** What other tools call a secret. */
const SECRET_WORDS = ['secret', 'sensitive', 'isSecret'];

const FORMATS =
  'date time date-time duration uri uri-reference email hostname ipv4 ipv6 regex uuid byte';

const PROBLEMS_MAX = 20;

type Path = string[];

/** What ajv refuses though the meta-schema lets it pass: unknown keywords, formats, references. */
export function strictProblems(schema: JsonObject): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  let rest: JsonObject = schema;
  // Ajv stops at the first: what it refused is taken out to hear of the next.
  while (problems.length < PROBLEMS_MAX) {
    const refused = strictProblem(rest);
    if (refused === null) return problems;
    problems.push(refused.problem);
    if (refused.entry === null) return problems;
    const less = without(rest, refused.entry);
    if (!isJsonObject(less)) return problems;
    rest = less;
  }
  return problems;
}

/** `entry`: the member that is at fault, where that can be told. */
function strictProblem(schema: JsonObject): { problem: SchemaProblem; entry: Path | null } | null {
  try {
    validatorOf(schema);
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^strict mode: /, '') : 'unusable';
    const keyword = /^unknown keyword: "(.*)"$/.exec(text)?.[1];
    if (keyword !== undefined) {
      const entry = findEntry(schema, (key) => key === keyword) ?? null;
      const message = `no keyword of JSON Schema is called ${JSON.stringify(keyword)}`;
      const suggestion = adviceFor(keyword);
      return { problem: { path: entry ?? [], message, suggestion, atKey: true }, entry };
    }
    const format = /^unknown format "(.*?)"/.exec(text)?.[1];
    if (format !== undefined) {
      const entry = findEntry(schema, (key, value) => key === 'format' && value === format) ?? null;
      const message = `no format of JSON Schema is called ${JSON.stringify(format)}`;
      const suggestion = didYouMean(format, FORMATS.split(' ')) ?? `There are ${FORMATS}.`;
      return { problem: { path: entry ?? [], message, suggestion }, entry };
    }
    const target = /^can't resolve reference (\S+)/.exec(text)?.[1];
    const path = findEntry(schema, (key, value) => key === '$ref' && value === target) ?? [];
    const message = `this JSON Schema cannot be used: ${text.replace(/ from id .*$/, '')}`;
    return { problem: { path, message, suggestion: null }, entry: null };
  }
}

function adviceFor(keyword: string): string | null {
  if (SECRET_WORDS.includes(keyword)) return 'For a secret write writeOnly: true.';
  return didYouMean(keyword, KEYWORDS.split(' '));
}

function findEntry(
  value: JsonValue,
  test: (key: string, value: JsonValue) => boolean,
): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (test(key, member)) return [key];
    const inner = findEntry(member, test);
    if (inner !== undefined) return [key, ...inner];
  }
  return undefined;
}

function without(value: JsonValue, [first, ...rest]: Path): JsonValue {
  if (first === undefined || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, member]) => {
    if (key !== first) return [[key, member] as const];
    return rest.length === 0 ? [] : [[key, without(member, rest)] as const];
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}
