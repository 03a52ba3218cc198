/** Versions of templates: semantic versioning 2.0, and the ranges a person may ask for. */
export interface TemplateRequest {
  name: string;
  /** Exact, `^1.2`, `~1.2`; null: the newest. */
  range: string | null;
}

interface Version {
  numbers: readonly [number, number, number];
  prerelease: readonly string[];
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const NUMBER = '(?:0|[1-9]\\d{0,14})';
export const VERSION = new RegExp(
  `^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`,
);
const RANGE = new RegExp(
  `^([\\^~])(${NUMBER})(?:\\.(${NUMBER})(?:\\.(${NUMBER})(?:-(${IDENTIFIERS}))?)?)?$`,
);

export function isVersion(text: string): boolean {
  return parseVersion(text) !== undefined;
}

/** Reads `name`, `name@1.2.3`, `name@^1.2` or `name@~1.2`; undefined where the range is none of these. */
export function parseTemplateRequest(text: string): TemplateRequest | undefined {
  const at = text.indexOf('@');
  if (at === -1) return { name: text, range: null };
  const range = text.slice(at + 1);
  if (!isVersion(range) && !RANGE.test(range)) return undefined;
  return { name: text.slice(0, at), range };
}

/**
 * The newest version in the range. Versions with a prerelease (`1.2.0-rc.1`) are taken only where
 * the range names one of the same version, or where there is no other.
 */
export function newestVersion(
  versions: Iterable<string>,
  range: string | null,
): string | undefined {
  const fitting = [...versions].filter((version) => range === null || isInRange(version, range));
  const newest = fitting.sort(compareVersions).reverse();
  return newest.find((version) => !isPrerelease(version)) ?? newest[0];
}

/** Negative where `left` is older. Texts that are no versions come first. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parseVersion(left), parseVersion(right)];
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareNumbers(a.numbers, b.numbers) || comparePrereleases(a.prerelease, b.prerelease);
}

function isInRange(text: string, range: string): boolean {
  const version = parseVersion(text);
  const parts = RANGE.exec(range);
  if (version === undefined) return false;
  if (parts === null) return compareVersions(text, range) === 0;
  const [, sign, major = '0', minor, patch, prerelease] = parts;
  const from: Version['numbers'] = [Number(major), Number(minor ?? 0), Number(patch ?? 0)];
  const isSameVersion = compareNumbers(version.numbers, from) === 0;
  if (version.prerelease.length > 0 && !(isSameVersion && prerelease !== undefined)) return false;
  const lowest = { numbers: from, prerelease: prerelease?.split('.') ?? [] };
  return (
    isAtLeast(version, lowest) && sharesPrefix(version, from, fixedCount(sign, minor, from, patch))
  );
}

/** How many leading numbers may not change: `^` keeps the first that is not 0, `~` keeps the minor. */
function fixedCount(
  sign: string | undefined,
  minor: string | undefined,
  from: Version['numbers'],
  patch: string | undefined,
): number {
  if (sign === '~') return minor === undefined ? 1 : 2;
  if (from[0] > 0 || minor === undefined) return 1;
  return from[1] > 0 || patch === undefined ? 2 : 3;
}

function sharesPrefix(version: Version, from: Version['numbers'], count: number): boolean {
  return from.slice(0, count).every((number, at) => version.numbers[at] === number);
}

function isAtLeast(version: Version, lowest: Version): boolean {
  const difference = compareNumbers(version.numbers, lowest.numbers);
  return (difference || comparePrereleases(version.prerelease, lowest.prerelease)) >= 0;
}

function parseVersion(text: string): Version | undefined {
  const parts = VERSION.exec(text);
  if (parts === null) return undefined;
  const [, major, minor, patch, prerelease] = parts;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease?.split('.') ?? [],
  };
}

function isPrerelease(version: string): boolean {
  return (parseVersion(version)?.prerelease.length ?? 0) > 0;
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((number, index) => number !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** A version without a prerelease is newer; numbers compare as numbers and before words. */
function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at === -1) return left.length - right.length;
  const [a, b] = [left[at] ?? '', right[at]];
  if (b === undefined) return 1;
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : 1;
}
