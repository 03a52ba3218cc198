import { createLiterals } from './disguises/literals.ts';
import { spellingsOf } from './disguises/spellings.ts';
import { encodedForms, writtenForms } from './disguises/written-forms.ts';
import { REDACTED } from './secret-value.ts';

/** Takes secrets out of texts, in whatever form programs print them. */
export interface Redactor {
  learn(secret: string): void;
  redact(text: string): string;
  /** Whether a text holds a learnt secret of at least `charactersMin`. */
  holds(text: string, charactersMin: number): boolean;
}

/** Shorter ones would take half of every log with them, and protect nothing. */
const CHARACTERS_MIN = 4;

/** A line of a longer secret, such as a private key, told by itself; a part of an encoded one. */
const PART_CHARACTERS_MIN = 8;

/**
 * Patterns of longer ones, and of many, would cost too much, if any engine took them: of these the
 * usual spellings are known.
 */
const SPELLED_CHARACTERS_MAX = 1_000;
const SPELLED_MAX = 500;

export function createRedactor(): Redactor {
  /** How many characters of a secret a pattern stands for. */
  const spelled = new Map<string, number>();
  const literals = createLiterals(PART_CHARACTERS_MIN);
  let patterns: RegExp[] | undefined;

  return {
    learn: (secret) => {
      if (secret.length < CHARACTERS_MIN) return;
      patterns = undefined;
      const isFew = secret.length <= SPELLED_CHARACTERS_MAX && spelled.size < SPELLED_MAX;
      for (const text of [secret, secret.trim(), ...linesOf(secret)]) {
        if (text.length < CHARACTERS_MIN) continue;
        if (isFew || text.length < PART_CHARACTERS_MIN) {
          spelled.set(spellingsOf(text), text.length);
        } else literals.add(writtenForms(text));
      }
      literals.add(encodedForms(secret));
    },
    redact: (text) => {
      patterns ??= patternsOf(spelled, 'g');
      const cleaned = patterns.reduce((all, pattern) => all.replace(pattern, REDACTED), text);
      return literals.replace(cleaned, REDACTED);
    },
    holds: (text, charactersMin) => {
      const telling = [...spelled].filter(([, length]) => length >= charactersMin);
      return patternsOf(telling, '').some((pattern) => pattern.test(text)) || literals.isIn(text);
    },
  };
}

function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return lines.filter(({ length }) => length >= PART_CHARACTERS_MIN);
}

/** What an engine takes at once is bounded. */
const PATTERN_CHARACTERS_MAX = 16 * 1024;

/** The longest first, so that a secret inside another one does not leave the rest of it. */
function patternsOf(spelled: Iterable<[pattern: string, characters: number]>, flags: string) {
  const longestFirst = [...spelled].sort(([, left], [, right]) => right - left);
  const groups: string[][] = [];
  let room = 0;
  for (const [pattern] of longestFirst) {
    if (room < pattern.length) {
      groups.push([]);
      room = PATTERN_CHARACTERS_MAX;
    }
    groups.at(-1)?.push(pattern);
    room -= pattern.length;
  }
  return groups.map((group) => new RegExp(group.join('|'), flags));
}
