import type { z } from 'zod';
import { configSchema } from './schema.ts';

/** One setting that can be written as one text. */
export interface Leaf {
  path: readonly string[];
  kind: 'text' | 'number' | 'list' | 'yaml';
}

const KINDS: Record<string, Leaf['kind']> = {
  string: 'text',
  enum: 'text',
  number: 'number',
  array: 'list',
  record: 'yaml',
  boolean: 'yaml',
};

/** Every leaf of the schema, in its order. */
export function leavesOf(schema: z.core.$ZodType = configSchema, path: string[] = []): Leaf[] {
  const { def } = schema._zod;
  const inner = innerOf(def);
  if (inner !== undefined) return leavesOf(inner, path);
  if (isShape(def)) {
    return Object.entries(def.shape).flatMap(([key, value]) => leavesOf(value, [...path, key]));
  }
  const kind = KINDS[def.type];
  return kind === undefined ? [] : [{ path, kind }];
}

/** `log.level` -> `BIOTOPE_LOG_LEVEL` */
export function variableOf(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return ['BIOTOPE', ...words].join('_');
}

type Def = z.core.$ZodType['_zod']['def'];

/** Takes defaults, nullability and transforms off. */
function innerOf(def: Def): z.core.$ZodType | undefined {
  if ('innerType' in def) return isType(def.innerType) ? def.innerType : undefined;
  if (def.type === 'pipe' && 'in' in def) return isType(def.in) ? def.in : undefined;
  return undefined;
}

function isType(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function isShape(def: Def): def is Def & { shape: Record<string, z.core.$ZodType> } {
  return def.type === 'object' && 'shape' in def;
}
