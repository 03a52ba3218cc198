import { isJsonObject } from '../model/json.ts';

/** One place settings come from. Later layers win over earlier ones, leaf by leaf. */
export interface Layer {
  values: object;
  /** Where a value was written, for a person: `BIOTOPE_LOG_LEVEL`, `biotope.yaml:3`, `--data`. */
  originOf(path: readonly string[]): string;
  /** Relative paths in this layer begin here. */
  baseFolder: string;
}

export interface Merged {
  values: Record<string, unknown>;
  /** The layer that said the last word about a path; undefined: nobody, it is a default. */
  layerOf(path: readonly string[]): Layer | undefined;
}

export function mergeLayers(layers: readonly Layer[]): Merged {
  const values: Record<string, unknown> = {};
  for (const layer of layers) overlay(values, layer.values);
  return {
    values,
    layerOf: (path) => layers.findLast((layer) => holds(layer.values, path)),
  };
}

function overlay(target: Record<string, unknown>, source: object): void {
  for (const [key, value] of Object.entries(source)) {
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isJsonObject(known) && isJsonObject(value)) overlay(known, value);
    else define(target, key, isJsonObject(value) ? copyOf(value) : value);
  }
}

function copyOf(source: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  overlay(copy, source);
  return copy;
}

/** As an own property even for `__proto__`, so that the schema sees it and refuses it. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function holds(values: unknown, path: readonly string[]): boolean {
  let at = values;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = Reflect.get(at, key);
  }
  return true;
}
