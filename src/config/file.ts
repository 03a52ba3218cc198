import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { BiotopeError } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
import type { Layer } from './layers.ts';

const FILE_BYTES_MAX = 1024 * 1024;

/** The layer of a YAML or JSON file (JSON is YAML). Rejects with CONFIGURATION_INVALID. */
export function fileLayer(file: string, shownAs: string): Layer {
  const text = readText(file, shownAs);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const wrong = document.errors.map((error) => error.message.trim());
  if (wrong.length > 0) throw invalid(`${shownAs} is not YAML.`, wrong.join('\n'));
  const values: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isJsonObject(values)) {
    throw invalid(`${shownAs} must hold settings by name, such as "log: {level: debug}".`);
  }
  const originOf = (path: readonly string[]) => {
    const line = lineOf(document, lines, path);
    return line === undefined ? shownAs : `${shownAs}:${line}`;
  };
  return { values, originOf, baseFolder: dirname(file) };
}

function readText(file: string, shownAs: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    const says = why === 'ENOENT' ? 'does not exist' : `cannot be read (${why})`;
    throw invalid(`The configuration file ${shownAs} ${says}.`, undefined, cause);
  }
  if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8');
  throw invalid(`The configuration file ${shownAs} is larger than ${FILE_BYTES_MAX} bytes.`);
}

function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly string[],
): number | undefined {
  const node = document.getIn(path, true);
  const offset = isNode(node) ? node.range?.[0] : undefined;
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function invalid(message: string, detail?: string, cause?: unknown): BiotopeError {
  return new BiotopeError('CONFIGURATION_INVALID', {
    message,
    ...(detail === undefined ? {} : { detail }),
    cause,
  });
}
