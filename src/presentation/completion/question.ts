import type { Command } from '@oclif/core/command';
import type { HelpSource } from '../startup/help.ts';
import { withoutAlias } from '../startup/words.ts';

/** A word that could stand at the cursor. */
export interface Candidate {
  value: string;
  description: string;
}

/** What stands on the line before the cursor, by the names of arguments and options. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** What could stand at the cursor; `lead` is typed already and goes before each candidate. */
export type Question = { lead: string; given: Given } & (
  | { kind: 'words'; candidates: Candidate[] }
  | { kind: 'files' | 'folders' }
  /** Names of what there is, by the argument or option that asks for one. */
  | { kind: 'names'; of: string }
);

type Option = Command.Flag.Cached;

/** `words` come behind the program's name; the last one is being typed. */
export function askAbout(words: readonly string[], source: HelpSource): Question {
  const current = words.at(-1) ?? '';
  const line = readLine(words.slice(0, -1), source);
  const { command, path, args, expects, isBehindEnd } = line;
  const base = { lead: '', given: givenOf(line) };
  if (expects !== undefined) return { ...base, ...valuesOf(expects) };
  if (current.startsWith('-') && !isBehindEnd) return optionQuestion(current, line, base.given);
  if (command === undefined) return { ...base, kind: 'words', candidates: nextWords(path, source) };
  const defined = Object.values(command.args);
  const argument = defined[args.length] ?? defined.findLast(({ multiple }) => multiple === true);
  if (argument === undefined) return { ...base, kind: 'words', candidates: [] };
  return { ...base, ...valuesOf(argument) };
}

interface Line {
  path: string[];
  command: Command.Cached | undefined;
  args: string[];
  given: Map<string, string[]>;
  /** The option whose value comes next. */
  expects: Option | undefined;
  isBehindEnd: boolean;
  options: readonly Option[];
}

function readLine(words: readonly string[], source: HelpSource): Line {
  const [some] = source.commands;
  const globals = Object.values(some?.flags ?? {}).filter(
    ({ helpGroup }) => helpGroup === 'GLOBAL',
  );
  const line: Line = {
    path: [],
    command: undefined,
    args: [],
    given: new Map(),
    expects: undefined,
    isBehindEnd: false,
    options: globals,
  };
  for (const word of words) readWord(line, word, source);
  return line;
}

function readWord(line: Line, word: string, source: HelpSource): void {
  if (line.expects !== undefined) {
    note(line, line.expects, word);
    line.expects = undefined;
  } else if (word === '--') {
    line.isBehindEnd = true;
  } else if (word.startsWith('-') && !line.isBehindEnd) {
    readOption(line, word);
  } else if (line.command === undefined) {
    line.path.push(line.path.length === 0 ? withoutAlias(word) : word);
    line.command = source.commands.find(({ id }) => id === line.path.join(' '));
    if (line.command !== undefined) line.options = Object.values(line.command.flags);
  } else {
    line.args.push(word);
  }
}

function readOption(line: Line, word: string): void {
  const [name = '', ...rest] = word.split('=');
  const option = line.options.find((known) =>
    name.startsWith('--') ? `--${known.name}` === name : `-${known.char}` === name.slice(0, 2),
  );
  if (option === undefined) return;
  const inline = name.startsWith('--') ? rest.join('=') : word.slice(2);
  const isInline = name.startsWith('--') ? rest.length > 0 : inline !== '';
  if (isInline || option.type === 'boolean') note(line, option, inline);
  else line.expects = option;
}

function note({ given }: Line, { name }: Option, value: string): void {
  given.set(name, [...(given.get(name) ?? []), value]);
}

function givenOf({ command, args, given }: Line): Given {
  const names = Object.values(command?.args ?? {}).map(({ name }) => name);
  const byName = args.map((value, at): [string, string[]] => [names[at] ?? '', [value]]);
  return new Map([...given, ...byName]);
}

function optionQuestion(current: string, line: Line, given: Given): Question {
  const at = current.indexOf('=');
  const named = line.options.find(({ name }) => `--${name}` === current.slice(0, at));
  if (at > 0 && named !== undefined) {
    return { lead: current.slice(0, at + 1), given, ...valuesOf(named) };
  }
  const shown = line.options
    .filter((option) => option.hidden !== true)
    .filter((option) => !line.given.has(option.name) || isRepeatable(option))
    .map(({ name, summary = '' }) => ({ value: `--${name}`, description: summary }));
  const help = { value: '--help', description: 'Explains it.' };
  return { lead: '', given, kind: 'words', candidates: [...shown, help] };
}

function isRepeatable(option: Option): boolean {
  return option.type === 'option' && option.multiple === true;
}

function nextWords(path: readonly string[], { topics, commands }: HelpSource): Candidate[] {
  const [topic] = path;
  if (topic === undefined) {
    const single = commands.filter(({ id, hidden }) => !hidden && !id.includes(' '));
    return [
      ...topics.map(({ name, description }) => ({ value: name, description })),
      ...single.map(({ id, summary = '' }) => ({ value: id, description: summary })),
    ];
  }
  if (path.length > 1) return [];
  return commands
    .filter(({ id, hidden }) => !hidden && id.startsWith(`${topic} `))
    .map(({ id, summary = '' }) => ({
      value: id.slice(topic.length + 1),
      description: summary,
    }));
}

/** A template's source may be an address too, which no shell can complete. */
const FOLDERS = new Set(['folder', 'source']);

/** How a value is found is told by its options, by what help calls it, or else by its name. */
function valuesOf(wanted: Option | Command.Arg.Cached) {
  const { name } = wanted;
  const shown = 'helpValue' in wanted ? String(wanted.helpValue) : '';
  const options = 'options' in wanted ? wanted.options : undefined;
  const fixed = options ?? (shown.includes('|') ? shown.split('|') : []);
  if (fixed.length > 0) {
    const candidates = fixed.map((value) => ({ value, description: '' }));
    return { kind: 'words' as const, candidates };
  }
  if (shown === 'FILE' || name === 'file') return { kind: 'files' as const };
  if (shown === 'FOLDER' || FOLDERS.has(name)) return { kind: 'folders' as const };
  return { kind: 'names' as const, of: name };
}
