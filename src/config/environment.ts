import { DEFAULT_LIMITS } from '../model/limits.ts';
import { nearest } from '../model/nearest.ts';
import { readYaml } from '../platform/yaml/read.ts';
import type { Layer } from './layers.ts';
import { type Leaf, leavesOf, variableOf } from './leaves.ts';

const PREFIX = 'BIOTOPE_';

/** No settings, but ours: of the loader, of tests, and what programs of templates are given. */
const OTHERS = new Set(
  [
    'CONFIG',
    'CONTEXT',
    'TOKEN',
    'FAILPOINT',
    'ENVIRONMENT',
    'ADDRESS',
    'STEP_ID',
    'OPERATION',
    'WORK_FOLDER',
    'BUNDLE_FOLDER',
  ].map((name) => PREFIX + name),
);

export interface EnvironmentLayer {
  layer: Layer;
  /** Variables that look like a setting and are none. */
  strangers: { variable: string; suggestion: string | undefined }[];
}

/**
 * The layer of `BIOTOPE_*`. A variable that begins like a group of settings (`BIOTOPE_LOG_…`) and
 * names none of them, or nearly names one (`BIOTOPE_DATA`), is a mistake; others with the prefix may be
 * somebody else's and are left alone.
 */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): EnvironmentLayer {
  const leaves = new Map(leavesOf().map((leaf) => [variableOf(leaf.path), leaf]));
  const values: Record<string, unknown> = {};
  const strangers: EnvironmentLayer['strangers'] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined || text === '') continue;
    const leaf = leaves.get(variable);
    if (leaf !== undefined) place(values, leaf.path, readValue(leaf, text));
    else if (!OTHERS.has(variable)) {
      const suggestion = nearestSetting(variable, leaves);
      if (suggestion !== undefined || looksLikeSetting(variable, leaves)) {
        strangers.push({ variable, suggestion });
      }
    }
  }
  const originOf = (path: readonly string[]) => variableHolding(path, leaves);
  return { layer: { values, originOf, baseFolder: folder }, strangers };
}

/** An item of a list, or what stands inside a map, is written in the variable of the whole. */
function variableHolding(path: readonly string[], leaves: ReadonlyMap<string, Leaf>): string {
  const ends = path.map((_, at) => variableOf(path.slice(0, at + 1)));
  return ends.find((variable) => leaves.has(variable)) ?? variableOf(path);
}

function looksLikeSetting(variable: string, leaves: ReadonlyMap<string, Leaf>): boolean {
  return [...leaves.values()].some(({ path }) =>
    variable.startsWith(`${variableOf(path.slice(0, 1))}_`),
  );
}

/** The setting that was probably meant; the prefix, which all share, makes nothing alike. */
function nearestSetting(variable: string, leaves: ReadonlyMap<string, Leaf>): string | undefined {
  const begun = [...leaves.keys()].find((name) => name.startsWith(`${variable}_`));
  if (begun !== undefined) return begun;
  const names = [...leaves.keys()].map((name) => name.slice(PREFIX.length));
  const name = nearest(variable.slice(PREFIX.length), names);
  return name === undefined ? undefined : PREFIX + name;
}

/** What cannot be read as its kind stays a text: the schema then says what it expects. */
function readValue(leaf: Leaf, text: string): unknown {
  if (leaf.kind === 'number') return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  if (leaf.kind === 'list') return readList(text);
  if (leaf.kind === 'yaml') return parseOrText(text);
  return text;
}

/** With commas, or as JSON writes a list. */
function readList(text: string): unknown {
  const whole = text.trim().startsWith('[') ? parseOrText(text) : text;
  return Array.isArray(whole) ? whole : text.split(',').map((item) => item.trim());
}

function parseOrText(text: string): unknown {
  const { root, problems } = readYaml(text, DEFAULT_LIMITS.nestingLevelsMax);
  return root === null || problems.length > 0 ? text : root.value;
}

function place(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  const known = values[key];
  const below = typeof known === 'object' && known !== null ? { ...known } : {};
  values[key] = below;
  place(below, rest, value);
}
