/**
 * What the readers of Terraform's configuration share: the words of the language, and ways to pass over
 * what they do not look at.
 */

/** The text holds something that only the real parser knows. */
export class TooDifficult extends Error {}

export type Reader = ReturnType<typeof createReader>;

export const SPACE = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
export const INLINE_SPACE = /(?:[^\S\n]|\/\*[^\n]*?\*\/)*/y;
export const NAME = /[A-Za-z_][\w-]*/y;
export const PLAIN_STRING = /"(?:[^"\\$%\n]|[$%](?!\{))*"/y;
const HEREDOC = /<<-?(?<mark>[A-Za-z_]\w*)\r?\n(?:(?!<<)[\s\S])*?\n?[^\S\n]*\k<mark>(?=\r?\n|$)/y;
const COMMENT = /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;

export function createReader(text: string) {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  return {
    take,
    skip: (pattern: RegExp) => {
      take(pattern);
    },
    next: () => text[at] ?? '',
    step: () => {
      at += 1;
    },
    place: () => at,
    back: (place: number) => {
      at = place;
    },
    textFrom: (place: number) => text.slice(place, at),
    isAtEnd: () => at >= text.length,
  };
}

export function readLabels(reader: Reader): string[] {
  const labels: string[] = [];
  for (;;) {
    reader.skip(INLINE_SPACE);
    const label = reader.take(PLAIN_STRING)?.slice(1, -1) ?? reader.take(NAME);
    if (label === undefined) return labels;
    labels.push(label);
  }
}

const OPENING = '([{';
const CLOSING = ')]}';

/** To the end of the line, or of what it is part of, that no bracket, text or comment hides. */
export function skipExpression(reader: Reader): void {
  for (let depth = 0; !reader.isAtEnd(); ) {
    if (skipOpaque(reader)) continue;
    const next = reader.next();
    if (depth === 0 && (next === '\n' || next === ',' || CLOSING.includes(next))) return;
    if (OPENING.includes(next)) depth += 1;
    if (CLOSING.includes(next)) depth -= 1;
    reader.step();
  }
}

/** Texts, comments and here-documents, whose brackets and line ends mean nothing. */
function skipOpaque(reader: Reader): boolean {
  if (reader.next() === '"') {
    skipText(reader);
    return true;
  }
  if (reader.next() === '<' && reader.take(HEREDOC) !== undefined) return true;
  return reader.take(COMMENT) !== undefined;
}

const TEXT_PART = /(?:[^"\\$%\n]|\\.|\$\$\{|%%\{|[$%](?!\{))+/y;

function skipText(reader: Reader): void {
  reader.step();
  while (reader.next() !== '"') {
    reader.skip(TEXT_PART);
    if (reader.take(/[$%]\{/y) !== undefined) skipBraces(reader);
    else if (reader.next() !== '"') throw new TooDifficult();
  }
  reader.step();
}

/** From behind an opening brace to behind its closing one. */
export function skipBraces(reader: Reader): void {
  for (let depth = 1; depth > 0; ) {
    if (reader.isAtEnd()) throw new TooDifficult();
    if (skipOpaque(reader)) continue;
    if (reader.next() === '{') depth += 1;
    if (reader.next() === '}') depth -= 1;
    reader.step();
  }
}
