import { compareVersions, isVersion } from '../../../model/version.ts';

/** Terraform's own ranges (`~> 5.0, != 5.3.1`), which are none of the ranges of templates. */
interface Term {
  operator: string;
  /** Filled up with zeros: `5.0.0`. */
  version: string;
  /** As many as were written. */
  numbers: number[];
}

const TERM =
  /^(?<operator>=|!=|>=|<=|~>|>|<)?\s*v?(?<numbers>\d{1,9}(?:\.\d{1,9}){0,2})(?<prerelease>-[0-9A-Za-z.-]+)?$/;

export function isVersionConstraint(text: string): boolean {
  return parseTerms(text) !== undefined;
}

/**
 * The newest version that satisfies the constraint; null: the newest of all. Versions before a release
 * (`2.0.0-rc1`) are taken only where the constraint names one exactly. Undefined where none fits.
 */
export function newestFitting(
  versions: readonly string[],
  constraint: string | null,
): string | undefined {
  const terms = constraint === null ? [] : (parseTerms(constraint) ?? [NONE]);
  const fitting = versions.filter((version) => terms.every((term) => satisfies(version, term)));
  return fitting
    .filter(isVersion)
    .filter((version) => !version.includes('-') || terms.some((term) => names(term, version)))
    .sort(compareVersions)
    .at(-1);
}

/** Nothing satisfies it. */
const NONE: Term = { operator: '<', version: '0.0.0-0', numbers: [] };

function parseTerms(text: string): Term[] | undefined {
  const terms = text.split(',').map((part) => parseTerm(part.trim()));
  return terms.every((term) => term !== undefined) ? terms : undefined;
}

function parseTerm(text: string): Term | undefined {
  const { operator = '=', numbers, prerelease = '' } = TERM.exec(text)?.groups ?? {};
  if (numbers === undefined) return undefined;
  const written = numbers.split('.').map(Number);
  const filled = [...written, 0, 0].slice(0, 3).join('.');
  return { operator, version: filled + prerelease, numbers: written };
}

function satisfies(version: string, { operator, version: bound, numbers }: Term): boolean {
  const difference = compareVersions(version, bound);
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    default: {
      // Only the last number that was written may grow.
      const parts = version.split(/[.-]/, 3).map(Number);
      return difference >= 0 && numbers.slice(0, -1).every((number, at) => parts[at] === number);
    }
  }
}

function names({ operator, version: bound }: Term, version: string): boolean {
  return operator === '=' && compareVersions(version, bound) === 0;
}
