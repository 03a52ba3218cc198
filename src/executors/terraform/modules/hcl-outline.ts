import {
  createReader,
  INLINE_SPACE,
  NAME,
  PLAIN_STRING,
  type Reader,
  readLabels,
  SPACE,
  skipExpression,
  TooDifficult,
} from './hcl-reader.ts';

/**
 * Reads a configuration's outline as the real parser (hcl.ts) does: blocks, labels and literal
 * values; any other expression is its own text in `${…}`. It knows what nearly every module is made
 * of and gives up (undefined) at anything else; the real one takes a tenth of a second to load, which
 * is twice as long as Terraform needs for a small module.
 */
export function readOutline(text: string): Body | undefined {
  const reader = createReader(text);
  try {
    const body = readBody(reader);
    return reader.isAtEnd() ? body : undefined;
  } catch (error) {
    if (error instanceof TooDifficult) return undefined;
    throw error;
  }
}

export interface Body {
  [name: string]: unknown;
}

/** Names come from the file: without a prototype none of them means anything to the language. */
function emptyBody(): Body {
  return Object.create(null);
}

const LITERAL = /(?:true|false|null|-?\d+(?:\.\d+)?)(?![\w.([])/y;
/** What may stand behind a whole value. */
const END_OF_VALUE = /(?:[^\S\n]|\/\*[^\n]*?\*\/)*(?=\n|,|\}|#|\/\/|$)/y;

function readBody(reader: Reader): Body {
  const body = emptyBody();
  for (reader.skip(SPACE); !reader.isAtEnd() && reader.next() !== '}'; reader.skip(SPACE)) {
    const name = reader.take(NAME);
    if (name === undefined) throw new TooDifficult();
    reader.skip(INLINE_SPACE);
    if (reader.next() === '=') {
      reader.step();
      body[name] = readValue(reader);
    } else {
      addBlock(body, [name, ...readLabels(reader)], readBraced(reader));
    }
  }
  return body;
}

function readBraced(reader: Reader): Body {
  if (reader.next() !== '{') throw new TooDifficult();
  reader.step();
  const body = readBody(reader);
  if (reader.next() !== '}') throw new TooDifficult();
  reader.step();
  return body;
}

/** `variable "name" {…}` is `{ variable: { name: [{…}] } }`; a second one is the list's second. */
function addBlock(body: Body, [name = '', ...labels]: string[], block: Body): void {
  const last = labels.at(-1);
  let place = body;
  for (const key of last === undefined ? [] : [name, ...labels.slice(0, -1)]) {
    place[key] ??= emptyBody();
    const inner = place[key];
    if (!isBody(inner)) throw new TooDifficult();
    place = inner;
  }
  const key = last ?? name;
  const list = place[key] ?? [];
  if (!Array.isArray(list)) throw new TooDifficult();
  place[key] = [...list, block];
}

function readValue(reader: Reader): unknown {
  reader.skip(INLINE_SPACE);
  const start = reader.place();
  const literal = readLiteral(reader);
  const value = literal === undefined ? readObject(reader) : literal;
  if (value !== undefined && reader.take(END_OF_VALUE) !== undefined) return value;
  reader.back(start);
  skipExpression(reader);
  return `\${${reader.textFrom(start).trim()}}`;
}

/** Null is a value here: undefined where there is no literal. */
function readLiteral(reader: Reader): unknown {
  const text = reader.take(PLAIN_STRING)?.slice(1, -1);
  if (text !== undefined) return text;
  const literal = reader.take(LITERAL);
  return literal === undefined ? undefined : JSON.parse(literal);
}

/** `{ source = "…", version = "…" }`; undefined where it is not made of names and values. */
function readObject(reader: Reader): Body | undefined {
  if (reader.next() !== '{') return undefined;
  reader.step();
  const body = emptyBody();
  for (reader.skip(SPACE); reader.next() !== '}'; reader.skip(SPACE)) {
    const name = reader.take(NAME) ?? reader.take(PLAIN_STRING)?.slice(1, -1);
    reader.skip(INLINE_SPACE);
    if (name === undefined || !/[=:]/.test(reader.next())) return undefined;
    reader.step();
    body[name] = readValue(reader);
    reader.skip(SPACE);
    if (reader.next() === ',') reader.step();
  }
  reader.step();
  return body;
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
