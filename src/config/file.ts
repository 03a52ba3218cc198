import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BiotopeError } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
import { DEFAULT_LIMITS } from '../model/limits.ts';
import { codeOf } from '../model/thrown.ts';
import { type Located, yamlProblemLines } from '../platform/yaml/located.ts';
import { readYaml } from '../platform/yaml/read.ts';
import type { Layer } from './layers.ts';

const FILE_BYTES_MAX = 1024 * 1024;

/** The layer of a YAML or JSON file (JSON is YAML). Rejects with CONFIGURATION_INVALID. */
export function fileLayer(file: string, shownAs: string): Layer {
  const text = readText(file, shownAs);
  const document = readYaml(text, DEFAULT_LIMITS.nestingLevelsMax);
  const { root, problems } = document;
  if (root === null || problems.length > 0) {
    const [first = '', ...more] = yamlProblemLines(document);
    throw invalid(`The configuration file ${shownAs} cannot be read: ${first}`, more.join('\n'));
  }
  const values = root.value ?? {};
  if (!isJsonObject(values)) {
    throw invalid(`${shownAs} must hold settings by name, such as "log: {level: debug}".`);
  }
  const originOf = (path: readonly string[]) => {
    const offset = locatedAt(root, path)?.start;
    return offset === undefined ? shownAs : `${shownAs}:${document.positionOf(offset).line}`;
  };
  return { values, originOf, baseFolder: dirname(file) };
}

function locatedAt(root: Located, path: readonly string[]): Located | undefined {
  return path.reduce<Located | undefined>(
    (at, step) => at?.members?.get(step) ?? at?.items?.[Number(step)],
    root,
  );
}

function readText(file: string, shownAs: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const why = codeOf(cause) ?? 'unknown reason';
    const says = why === 'ENOENT' ? 'does not exist' : `cannot be read (${why})`;
    throw invalid(`The configuration file ${shownAs} ${says}.`, undefined, cause);
  }
  if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8');
  throw invalid(`The configuration file ${shownAs} is larger than ${FILE_BYTES_MAX} bytes.`);
}

function invalid(message: string, detail?: string, cause?: unknown): BiotopeError {
  return new BiotopeError('CONFIGURATION_INVALID', {
    message,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    cause,
  });
}
