import { createRequire } from 'node:module';
import type { Document, Node, Pair } from 'yaml';
import type { JsonValue } from '../../model/json.ts';
import { SECRET_KEY } from '../../model/secret.ts';
import type { Located, YamlDocument, YamlProblem } from './located.ts';
import { locateJson } from './read-json.ts';
import { nestedTooDeep, syntaxProblems } from './syntax.ts';

const require = createRequire(import.meta.url);
let loaded: typeof import('yaml') | undefined;

/** Loaded with the first text: most commands read none. */
function yaml(): typeof import('yaml') {
  loaded ??= require('yaml') as typeof import('yaml');
  return loaded;
}

/** What aliases may add, so that a few lines cannot unfold into millions of values. */
const ALIASED_VALUES_MAX = 10_000;

/**
 * YAML 1.2, core schema, one document, unique names; no merge keys, no custom tags, and no names
 * that mean something else to a program. Never throws.
 */
export function readYaml(text: string, nestingLevelsMax: number): YamlDocument {
  const positionOf = (offset: number) => positionIn(text, offset);
  const plain = locateJson(text, {
    nestingLevelsMax,
    isNameAllowed: (name) => name !== MERGE_KEY && isNameAllowed(name),
  });
  if (plain !== undefined) return { root: plain, problems: [], positionOf };
  try {
    const document = yaml().parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      intAsBigInt: true,
      prettyErrors: false,
      logLevel: 'error',
    });
    const faults = [...document.errors, ...document.warnings];
    const problems = syntaxProblems(faults, text, nestingLevelsMax);
    // A name that stands twice leaves a document that can be checked further.
    if (faults.some(({ code }) => code !== 'DUPLICATE_KEY'))
      return { root: null, problems, positionOf };
    const reader = {
      document,
      problems,
      nestingLevelsMax,
      aliasedLeft: ALIASED_VALUES_MAX,
      isWhole: true,
    };
    const root = locate(document.contents, reader, { depth: 0, aliased: false, keyStart: null });
    return { root: reader.isWhole ? root : null, problems, positionOf };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = nestedTooDeep(nestingLevelsMax);
    return { root: null, problems: [{ offset: 0, message, suggestion: null }], positionOf };
  }
}

/** From 1. */
function positionIn(text: string, offset: number) {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: before.length - lineStart + 1 };
}

interface Reader {
  document: Document.Parsed;
  problems: YamlProblem[];
  nestingLevelsMax: number;
  aliasedLeft: number;
  /** False once something was left out that further checks would miss. */
  isWhole: boolean;
}

interface Place {
  depth: number;
  aliased: boolean;
  keyStart: number | null;
}

function locate(node: unknown, reader: Reader, place: Place): Located {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  if (isAlias(node)) {
    const target = node.resolve(reader.document);
    if (target === undefined) {
      reader.isWhole = false;
      refuse(
        reader,
        node.range?.[0] ?? 0,
        'nothing before it is marked with the name of this alias',
        'Put a text that begins with "*" in quotes.',
      );
    }
    return locate(target, reader, { ...place, depth: place.depth + 1, aliased: true });
  }
  const [start, end] = rangeOf(node, place);
  const located = { value: null, start, end, keyStart: place.keyStart, members: null, items: null };
  if (place.aliased) reader.aliasedLeft -= 1;
  const limit = exceeded(reader, place);
  if (limit !== null) {
    reader.isWhole = false;
    // Said once: everything below would say it again.
    if (!reader.problems.some(({ message }) => message === limit)) refuse(reader, start, limit);
    return located;
  }
  if (isMap(node)) return locateMap(node.items, reader, { ...place, located });
  if (isSeq(node)) {
    const items = node.items.map((item) =>
      locate(item, reader, { depth: place.depth + 1, aliased: place.aliased, keyStart: null }),
    );
    return { ...located, value: items.map(({ value }) => value), items };
  }
  return { ...located, value: isScalar(node) ? scalar(node.value, reader, start) : null };
}

function rangeOf(node: unknown, { keyStart }: Place): [number, number] {
  const range = isNode(node) ? node.range : undefined;
  const start = range?.[0] ?? keyStart ?? 0;
  return [start, range?.[1] ?? start];
}

function isNode(node: unknown): node is Node {
  const { isMap, isScalar, isSeq } = yaml();
  return isMap(node) || isSeq(node) || isScalar(node);
}

function exceeded({ nestingLevelsMax, aliasedLeft }: Reader, { depth }: Place): string | null {
  if (depth > nestingLevelsMax) return nestedTooDeep(nestingLevelsMax);
  return aliasedLeft < 0 ? `aliases stand for more than ${ALIASED_VALUES_MAX} values` : null;
}

function locateMap(
  pairs: readonly Pair[],
  reader: Reader,
  { located, ...place }: Place & { located: Located },
): Located {
  const members = new Map<string, Located>();
  for (const { key, value } of pairs) {
    const keyStart = isNode(key) ? (key.range?.[0] ?? located.start) : located.start;
    const name = keyName(key, reader, keyStart);
    const inner = { depth: place.depth + 1, aliased: place.aliased, keyStart };
    if (name !== undefined) members.set(name, locate(value, reader, inner));
  }
  const value = Object.fromEntries([...members].map(([name, member]) => [name, member.value]));
  return { ...located, value, members };
}

const MERGE_KEY = '<<';

function isNameAllowed(name: string): boolean {
  return name !== '__proto__' && name !== SECRET_KEY;
}

function keyName(key: unknown, reader: Reader, offset: number): string | undefined {
  if (!yaml().isScalar(key) || key.value === null) {
    return refuse(reader, offset, 'a name in a map must be a text');
  }
  const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  if (name === MERGE_KEY) {
    reader.isWhole = false;
    return refuse(
      reader,
      offset,
      'merge keys ("<<") are not part of YAML 1.2',
      'Write the members out.',
    );
  }
  if (!isNameAllowed(name)) {
    return refuse(reader, offset, `${JSON.stringify(name)} is not allowed as a name`);
  }
  return name;
}

function scalar(value: unknown, reader: Reader, offset: number): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  const number = typeof value === 'bigint' ? Number(value) : value;
  const isExact = typeof value !== 'bigint' || Number.isSafeInteger(number);
  if (typeof number === 'number' && Number.isFinite(number) && isExact) return number;
  refuse(
    reader,
    offset,
    'this number cannot be held exactly',
    'Put it in quotes to keep it as a text.',
  );
  return null;
}

function refuse(
  { problems }: Reader,
  offset: number,
  message: string,
  suggestion: string | null = null,
): undefined {
  problems.push({ offset, message, suggestion });
}
