import { didYouMean } from '../nearest.ts';
import { suggestRoot } from './paths.ts';

/** What the CEL library says, in words for people who write templates. */

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  RBRACE: '"}"',
  LBRACE: '"{"',
  RPAREN: '")"',
  LPAREN: '"("',
  RBRACKET: '"]"',
  LBRACKET: '"["',
  COLON: '":"',
  COMMA: '","',
  DOT: '"."',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
};

const RESERVED = /^Reserved identifier: (\w+)$/;
const NO_FUNCTION = /^found no matching overload for '(?:[\w<>, ]+\.)?(\w+)\((.*)\)'$/s;

export function plainReason(summary: string): string {
  const reserved = RESERVED.exec(summary)?.[1];
  if (reserved !== undefined) return `the word "${reserved}" is reserved and names nothing`;
  const call = NO_FUNCTION.exec(summary);
  if (call !== null) {
    const types = plainTypes(call[2] ?? '');
    return `there is no function ${call[1]}(${types}) for this`;
  }
  const words = plainTypes(summary).replaceAll(
    /(Expected |got |token: )([A-Z]+)/g,
    (_, before: string, token: string) => before + (TOKENS[token] ?? token.toLowerCase()),
  );
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function plainTypes(text: string): string {
  return text.replaceAll(/\bdyn<(\w+)>/g, '$1');
}

/** For an expression that cannot be parsed. */
export function suggestSyntax(source: string, summary: string): string | null {
  const reserved = RESERVED.exec(summary)?.[1];
  if (reserved !== undefined) return suggestRoot(reserved);
  if (/^\s*\{/.test(source)) return 'Write ${…} with one brace, not ${{…}}.';
  if (/^\s*\$/.test(source)) return 'One "${" is enough.';
  if (/\bif\b|\belse\b|=>/.test(source)) return 'A choice is written condition ? one : other.';
  if (/(?<![=!<>])=(?!=)/.test(source)) return 'Values are compared with "==".';
  return null;
}

const FUNCTIONS =
  'size string int double bool has dyn contains startsWith endsWith indexOf lastIndexOf substring ' +
  'lowerAscii upperAscii trim split join map filter all exists exists_one';

const OTHER_NAMES: Readonly<Record<string, string>> = {
  len: 'size',
  length: 'size',
  count: 'size',
  includes: 'contains',
  lower: 'lowerAscii',
  toLower: 'lowerAscii',
  toLowerCase: 'lowerAscii',
  upper: 'upperAscii',
  toUpper: 'upperAscii',
  toUpperCase: 'upperAscii',
  toString: 'string',
  str: 'string',
  any: 'exists',
  every: 'all',
  some: 'exists',
};

/** For an expression whose operations or functions do not fit their values. */
export function suggestForm(summary: string): string | null {
  if (summary.startsWith('has()')) {
    return 'has(…) takes a.b.c only. Elsewhere ask "name" in resources["id"].outputs.';
  }
  const name = NO_FUNCTION.exec(summary)?.[1];
  if (name !== undefined) {
    const meant = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
    const names = FUNCTIONS.split(' ');
    if (names.includes(name)) return null;
    return meant === undefined ? didYouMean(name, names) : `Did you mean "${meant}"?`;
  }
  const joins = /^no such overload: .*string.* \+ |\+ .*string/.test(summary);
  return joins && /int|double|bool/.test(summary)
    ? 'Turn a number into a text with string(…).'
    : null;
}
