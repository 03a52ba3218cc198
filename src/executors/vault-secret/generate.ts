import { randomInt } from 'node:crypto';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';

export const CHARACTER_SETS = ['alphanumeric', 'letters', 'digits', 'hex', 'printable'] as const;

type CharacterSet = (typeof CHARACTER_SETS)[number];

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** `printable` leaves out blanks, quotes, `\`, `$` and the like, which break command lines. */
const ALPHABETS: Record<CharacterSet, string> = {
  alphanumeric: LETTERS + DIGITS,
  letters: LETTERS,
  digits: DIGITS,
  hex: '0123456789abcdef',
  printable: `${LETTERS}${DIGITS}!#%&()*+,-./:;<=>?@[]^_{|}~`,
};

export interface GenerateRule {
  length: number;
  characters: CharacterSet;
}

/** The rule, resolved. Expressions may have become something else than they should. */
export function ruleOf(given: { length: number | string; characters: string }): GenerateRule {
  const characters = CHARACTER_SETS.find((set) => set === given.characters);
  if (typeof given.length === 'number' && characters !== undefined) {
    return { length: given.length, characters };
  }
  throw new BiotopeError('EXPRESSION_FAILED', {
    message:
      'The length of a generated field must be a number, its characters one of the known sets.',
  });
}

/** From the system's source of secrets, every character as likely as any other. */
export function generate({ length, characters }: GenerateRule): string {
  const alphabet = ALPHABETS[characters];
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

export function ruleJson({ length, characters }: GenerateRule): JsonObject {
  return { length, characters };
}
