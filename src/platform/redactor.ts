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

/** A line of a longer secret, such as a private key, told by itself. */
const LINE_CHARACTERS_MIN = 8;

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let pattern: RegExp | undefined;
  return {
    learn: (secret) => {
      for (const form of formsOf(secret)) secrets.add(form);
      pattern = undefined;
    },
    redact: (text) => {
      if (secrets.size === 0) return text;
      pattern ??= patternOf(secrets);
      return text.replace(pattern, REDACTED);
    },
    holds: (text, charactersMin) =>
      secrets.values().some((secret) => secret.length >= charactersMin && text.includes(secret)),
  };
}

/** As it is, line by line, and as it looks inside JSON (and JSON in that), an address, or Base64. */
function formsOf(secret: string): string[] {
  if (secret.length < CHARACTERS_MIN) return [];
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= LINE_CHARACTERS_MIN);
  return [
    secret,
    ...[secret.trim()].filter((text) => text.length >= CHARACTERS_MIN),
    ...lines,
    ...jsonForms(secret),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
}

/** Terraform writes `<`, `>` and `&` in JSON as escapes. */
function jsonForms(secret: string): string[] {
  const inside = (text: string) => JSON.stringify(text).slice(1, -1);
  const plain = inside(secret);
  const escapes = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  const strict = Object.entries(escapes).reduce(
    (text, [character, written]) => text.replaceAll(character, written),
    plain,
  );
  return [plain, strict, inside(plain), inside(strict)];
}

/** The longest first, so that a secret inside another one does not leave the rest of it. */
function patternOf(secrets: Set<string>): RegExp {
  const longestFirst = [...secrets].sort((left, right) => right.length - left.length);
  return new RegExp(longestFirst.map(escaped).join('|'), 'g');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
