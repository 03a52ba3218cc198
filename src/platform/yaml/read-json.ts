import type { JsonValue } from '../../model/json.ts';
import type { Located } from './located.ts';

/** The text is not plain JSON, or there is something about it that has to be told. */
class NotPlainError extends Error {}

interface Reader {
  text: string;
  at: number;
  nestingLevelsMax: number;
  isNameAllowed(name: string): boolean;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * JSON is YAML, and is read much sooner without what reads YAML. Undefined for any other text, and where
 * there is a fault: then that finds it.
 */
export function locateJson(
  text: string,
  terms: Pick<Reader, 'nestingLevelsMax' | 'isNameAllowed'>,
): Located | undefined {
  const reader = { ...terms, text, at: 0 };
  try {
    const root = locate(reader, { depth: 0, keyStart: null });
    return reader.at === text.length ? root : undefined;
  } catch (error) {
    if (error instanceof NotPlainError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Place {
  depth: number;
  keyStart: number | null;
}

/** A value with the blanks around it. */
function locate(reader: Reader, { depth, keyStart }: Place): Located {
  if (depth > reader.nestingLevelsMax) throw new NotPlainError();
  take(reader, SPACE);
  const start = reader.at;
  const first = reader.text[start];
  let found: Pick<Located, 'value' | 'members' | 'items'>;
  if (first === '{') found = membersOf(reader, depth + 1);
  else if (first === '[') found = itemsOf(reader, depth + 1);
  else found = { value: scalarOf(reader, first), members: null, items: null };
  const located = { ...found, start, end: reader.at, keyStart };
  take(reader, SPACE);
  return located;
}

function membersOf(reader: Reader, depth: number) {
  const members = new Map<string, Located>();
  list(reader, '}', () => {
    take(reader, SPACE);
    const keyStart = reader.at;
    const name: string = JSON.parse(demand(reader, STRING));
    if (members.has(name) || !reader.isNameAllowed(name)) throw new NotPlainError();
    take(reader, SPACE);
    step(reader, ':');
    members.set(name, locate(reader, { depth, keyStart }));
  });
  const value = Object.fromEntries([...members].map(([name, member]) => [name, member.value]));
  return { value, members, items: null };
}

function itemsOf(reader: Reader, depth: number) {
  const items: Located[] = [];
  list(reader, ']', () => {
    items.push(locate(reader, { depth, keyStart: null }));
  });
  return { value: items.map(({ value }) => value), members: null, items };
}

/** What stands between brackets, with commas between. */
function list(reader: Reader, end: '}' | ']', readOne: () => void): void {
  reader.at += 1;
  take(reader, SPACE);
  while (reader.text[reader.at] !== end) {
    readOne();
    if (reader.text[reader.at] !== end) step(reader, ',');
    else break;
    take(reader, SPACE);
    // A comma behind the last one is YAML alone.
    if (reader.text[reader.at] === end) throw new NotPlainError();
  }
  step(reader, end);
}

function scalarOf(reader: Reader, first: string | undefined): JsonValue {
  if (first === '"') return JSON.parse(demand(reader, STRING));
  const word = take(reader, WORD);
  if (word !== '') return JSON.parse(word);
  const text = demand(reader, NUMBER);
  const isWhole = /^-?\d+$/.test(text);
  const number = isWhole ? Number(BigInt(text)) : Number(text);
  if (isWhole ? !Number.isSafeInteger(number) : !Number.isFinite(number)) throw new NotPlainError();
  return number;
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0] ?? '';
  reader.at += found.length;
  return found;
}

function demand(reader: Reader, pattern: RegExp): string {
  const found = take(reader, pattern);
  if (found === '') throw new NotPlainError();
  return found;
}

function step(reader: Reader, sign: string): void {
  if (reader.text[reader.at] !== sign) throw new NotPlainError();
  reader.at += 1;
}
