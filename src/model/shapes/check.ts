import { isJsonObject } from '../json.ts';

/** What a value is not, and where: `failure.code`. */
export interface ShapeFault {
  path: string;
  expected: string;
}

/** Null for a value that is as it should be. */
export type Check = (value: unknown) => ShapeFault | null;

/** A check for every member of a record; those that its type does not name are left alone. */
export type Shape<T> = { readonly [K in keyof Required<T>]: Check };

function simple(expected: string, isGood: (value: unknown) => boolean): Check {
  const fault = { path: '', expected };
  return (value) => (isGood(value) ? null : fault);
}

export const text = simple('a text', (value) => typeof value === 'string');
export const flag = simple('true or false', (value) => typeof value === 'boolean');
export const number = simple('a number', (value) => typeof value === 'number');
export const json = simple('a value', (value) => value !== undefined);
export const map = simple('a map', (value) => isJsonObject(value));

const DATE_MS_MAX = 8.64e15;

/** Milliseconds since 1970 that are a date. */
export const time = simple(
  'a time',
  (value) => typeof value === 'number' && Math.abs(value) <= DATE_MS_MAX,
);

export function oneOf<T extends string>(names: Readonly<Record<T, true>>): Check {
  const known = new Set<unknown>(Object.keys(names));
  return simple(`one of ${[...known].join(', ')}`, (value) => known.has(value));
}

export function nullOr(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

/** Absent in records of older versions. */
export function optional(check: Check): Check {
  return (value) => (value === undefined ? null : check(value));
}

export function either(left: Check, right: Check): Check {
  return (value) => (left(value) === null ? null : right(value));
}

export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { path: '', expected: 'a list' };
    for (const [at, item] of value.entries()) {
      const fault = check(item);
      if (fault !== null) return inside(`[${at}]`, fault);
    }
    return null;
  };
}

export function mapOf(check: Check): Check {
  return (value) => {
    if (!isJsonObject(value)) return { path: '', expected: 'a map' };
    for (const [name, item] of Object.entries(value)) {
      const fault = check(item);
      if (fault !== null) return inside(name, fault);
    }
    return null;
  };
}

export function shaped<T>(shape: Shape<T>): Check {
  const names = Object.keys(shape);
  const checks = Object.values<Check>(shape);
  return (value) => {
    if (!isJsonObject(value)) return { path: '', expected: 'a map' };
    // Every record that is read comes by here: an iterator would cost a tenth more.
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at] as string;
      const fault = (checks[at] as Check)(value[name]);
      if (fault !== null) return inside(name, fault);
    }
    return null;
  };
}

function inside(name: string, { path, expected }: ShapeFault): ShapeFault {
  const separator = path === '' || path.startsWith('[') ? '' : '.';
  return { path: `${name}${separator}${path}`, expected };
}
