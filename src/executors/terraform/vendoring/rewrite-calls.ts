import { isJsonObject } from '../../../model/json.ts';
import {
  createReader,
  INLINE_SPACE,
  NAME,
  PLAIN_STRING,
  type Reader,
  readLabels,
  SPACE,
  skipBraces,
  skipExpression,
  TooDifficult,
} from '../modules/hcl-reader.ts';

/**
 * A configuration file whose calls of modules lead to other places, everything else as it was: the
 * calls named get a new `source`, and lose their `version`, which local modules have none of. Lines stay
 * where they are. Undefined where the file is written in a way that is not understood.
 */
export function rewriteCalls(
  path: string,
  text: string,
  sources: ReadonlyMap<string, string>,
): string | undefined {
  if (path.endsWith('.json')) return rewriteJson(text, sources);
  try {
    const edits = editsOf(createReader(text), sources);
    return edits.reduceRight(
      (done, { from, to, by }) => done.slice(0, from) + by + done.slice(to),
      text,
    );
  } catch (error) {
    if (error instanceof TooDifficult) return undefined;
    throw error;
  }
}

interface Edit {
  from: number;
  to: number;
  by: string;
}

/** In the order of their places. */
function editsOf(reader: Reader, sources: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  for (reader.skip(SPACE); !reader.isAtEnd(); reader.skip(SPACE)) {
    const kind = take(reader, NAME);
    const [name = '', ...more] = readLabels(reader);
    const source = kind === 'module' && more.length === 0 ? sources.get(name) : undefined;
    if (reader.next() === '=') {
      reader.step();
      skipExpression(reader);
      continue;
    }
    open(reader);
    if (source === undefined) skipBraces(reader);
    else edits.push(...editsOfCall(reader, source));
  }
  return edits;
}

function editsOfCall(reader: Reader, source: string): Edit[] {
  const edits: Edit[] = [];
  for (reader.skip(SPACE); reader.next() !== '}'; reader.skip(SPACE)) {
    const begin = reader.place();
    const name = take(reader, NAME);
    reader.skip(INLINE_SPACE);
    if (reader.next() !== '=') {
      readLabels(reader);
      open(reader);
      skipBraces(reader);
      continue;
    }
    reader.step();
    reader.skip(INLINE_SPACE);
    const value = reader.place();
    if (name === 'source' || name === 'version') take(reader, PLAIN_STRING);
    else skipExpression(reader);
    if (name === 'source') edits.push({ from: value, to: reader.place(), by: `"${source}"` });
    if (name === 'version') edits.push({ from: begin, to: reader.place(), by: '' });
  }
  reader.step();
  return edits;
}

function take(reader: Reader, pattern: RegExp): string {
  const found = reader.take(pattern);
  if (found === undefined) throw new TooDifficult();
  return found;
}

function open(reader: Reader): void {
  if (reader.next() !== '{') throw new TooDifficult();
  reader.step();
}

function rewriteJson(text: string, sources: ReadonlyMap<string, string>): string | undefined {
  const file: unknown = JSON.parse(text);
  const calls = isJsonObject(file) ? file.module : undefined;
  if (!isJsonObject(file) || !isJsonObject(calls)) return undefined;
  const rewritten = Object.entries(calls).map(([name, body]) => {
    const source = sources.get(name);
    return [name, source === undefined ? body : calling(body, source)];
  });
  return `${JSON.stringify({ ...file, module: Object.fromEntries(rewritten) }, null, 2)}\n`;
}

/** The body stands alone or in a list. */
function calling(body: unknown, source: string): unknown {
  if (Array.isArray(body)) return body.map((one) => calling(one, source));
  if (!isJsonObject(body)) return body;
  const { version, ...rest } = body;
  return { ...rest, source };
}
