import type { BiotopeError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { usageError } from '../pages/usage.ts';

const SHOWN_CHARACTERS_MAX = 100;

/**
 * What is said where no command was found: what was meant perhaps, and where to look. `words` are
 * in the order of `orderWords`; commands are written with blanks.
 */
export function unknownCommand(
  words: readonly string[],
  { commands, topics }: { commands: readonly string[]; topics: readonly string[] },
): BiotopeError {
  const at = words.findIndex((word) => word.startsWith('-'));
  const path = (at < 0 ? words : words.slice(0, at)).map(cut);
  const [first, second = ''] = path;
  if (first === undefined) return misplaced(cut(words[0] ?? ''));
  const begun = commands.find((command) => path.join(' ').startsWith(`${command} `));
  if (begun !== undefined) {
    const more = path.slice(begun.split(' ').length).join(' ');
    return usageError(`"${more}" is not expected behind "${begun}".`, begun);
  }
  if (topics.includes(first)) {
    const names = commands.flatMap((command) =>
      command.startsWith(`${first} `) ? [command.slice(first.length + 1)] : [],
    );
    const hint = meantNames(second, names).map((name) => `${first} ${name}`);
    return usageError(`There is no command "${first} ${second}".${question(hint)}`, first);
  }
  const hint = question(wholeNames(path, commands, topics));
  return usageError(`There is no command "${path.join(' ')}".${hint}`, '');
}

/** What other tools call what commands here do. */
const OTHER_WORDS = [
  { here: ['create', 'update'], elsewhere: ['deploy', 'apply', 'up', 'provision', 'launch'] },
  { here: ['create', 'new'], elsewhere: ['add', 'new', 'create', 'init', 'make'] },
  { here: ['destroy', 'cancel'], elsewhere: ['delete', 'remove', 'rm', 'down', 'stop', 'abort'] },
  { here: ['update'], elsewhere: ['upgrade', 'edit', 'change', 'set'] },
  { here: ['show', 'explain'], elsewhere: ['get', 'describe', 'inspect', 'status', 'info', 'why'] },
  { here: ['list'], elsewhere: ['ls', 'all'] },
  { here: ['plan'], elsewhere: ['diff', 'preview'] },
] as const;

function meantNames(word: string, names: readonly string[]): string[] {
  const other = OTHER_WORDS.flatMap(({ here, elsewhere }) =>
    elsewhere.some((one) => one === word) ? here : [],
  );
  const called = names.filter((name) => other.some((one) => one === name));
  if (called.length > 0) return called;
  const name = nearest(word, names);
  return name === undefined ? [] : [name];
}

function wholeNames(
  path: readonly string[],
  commands: readonly string[],
  topics: readonly string[],
): string[] {
  const [first = ''] = path;
  // `biotope list`: the topic is missing.
  const ends = commands.filter((command) => command.endsWith(` ${first}`));
  if (ends.length > 0) return ends;
  const name =
    nearest(path.slice(0, 2).join(' '), commands) ?? nearest(first, [...topics, ...commands]);
  return name === undefined ? [] : [name];
}

function question(names: readonly string[]): string {
  return names.length === 0
    ? ''
    : ` Did you mean ${names.map((name) => JSON.stringify(name)).join(' or ')}?`;
}

function misplaced(option: string): BiotopeError {
  const message =
    `${option} stands before the command: options stand behind it, as in ` +
    '"biotope environment list --all". Only those that every command has may come first.';
  return usageError(message, '');
}

function cut(word: string): string {
  return word.slice(0, SHOWN_CHARACTERS_MAX);
}
