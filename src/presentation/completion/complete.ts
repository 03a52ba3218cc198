import type { HelpSource } from '../startup/help.ts';
import { printable } from '../terminal/table.ts';
import { askAbout, type Candidate } from './question.ts';
import { typedWords, uncut } from './shell-line.ts';

/**
 * What a shell's script is told: in the first line how to go on (`words`, `nospace` where more has
 * to be typed behind a candidate, `files` or `folders`, which shells find themselves), then a
 * candidate a line, with what it is behind a tab.
 *
 *   __complete words WORD…                      zsh and fish: the words up to the cursor
 *   __complete line TEXT BREAKS                 bash: the line up to the cursor; what breaks words
 */
export async function completionLines(
  [form, ...rest]: readonly string[],
  source: HelpSource,
): Promise<string[]> {
  const words = form === 'line' ? typedWords(rest[0] ?? '') : rest;
  const current = words.at(-1) ?? '';
  const question = askAbout(words, source);
  if (question.kind === 'files' || question.kind === 'folders') return [question.kind];
  const begun = current.slice(question.lead.length);
  const fitting = (await candidatesFor(question, begun))
    .filter(({ value }) => value.startsWith(begun))
    .slice(0, CANDIDATES_MAX);
  const isOpen = fitting.length > 0 && fitting.every(({ value }) => /[=/]$/.test(value));
  const cut = form === 'line' ? uncut(current, rest[1] ?? '') : 0;
  const shown = fitting.map(({ value, description }) => {
    const word = `${question.lead}${value}`.slice(cut);
    return description === '' ? word : `${word}\t${oneLine(description)}`;
  });
  return [isOpen ? 'nospace' : 'words', ...shown];
}

const CANDIDATES_MAX = 500;

async function candidatesFor(
  question: ReturnType<typeof askAbout>,
  begun: string,
): Promise<Candidate[]> {
  if (question.kind === 'words') return question.candidates;
  if (question.kind !== 'names') return [];
  const { namesIn } = await import('./names.ts');
  try {
    return await namesIn(question.of, { begun, given: question.given });
  } catch {
    return [];
  }
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ');
}
