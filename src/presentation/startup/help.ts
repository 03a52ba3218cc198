import type { Command } from '@oclif/core/command';
import type { Palette } from '../terminal/palette.ts';
import { indent } from '../terminal/table.ts';
import { padWidth, visibleWidth, wrapWords } from '../terminal/width.ts';

/** What help is about; ids and names are written with blanks. */
export interface HelpSource {
  bin: string;
  description: string;
  topics: readonly { name: string; description: string }[];
  commands: readonly Command.Cached[];
}

export interface HelpLook {
  palette: Palette;
  columns: number;
}

/** The page that was asked for; undefined where a command is to be run, or none was found. */
export function helpFor(
  words: readonly string[],
  source: HelpSource,
  look: HelpLook,
): string[] | undefined {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const isAsked = words.length === 0 || options.some((word) => word === '--help' || word === '-h');
  const at = options.findIndex((word) => word.startsWith('-'));
  const path = (at < 0 ? options : options.slice(0, at)).join(' ');
  if (source.topics.some(({ name }) => name === path)) return topicHelp(source, path, look);
  if (!isAsked) return undefined;
  if (path === '') return rootHelp(source, look);
  const command = source.commands.find(({ id }) => `${path} `.startsWith(`${id} `));
  return command === undefined ? undefined : commandHelp(source.bin, command, look);
}

type Row = readonly [name: string, text: string];

function rootHelp({ bin, description, topics, commands }: HelpSource, look: HelpLook) {
  const single = commands.filter(({ id, hidden }) => !hidden && !id.includes(' '));
  return [
    ...wrapWords(description, look.columns),
    ...titled('USAGE', [`$ ${bin} COMMAND [OPTIONS]`], look),
    ...titled(
      'TOPICS',
      rowLines(
        topics.map(({ name, description }) => [name, description]),
        look,
      ),
      look,
    ),
    ...titled('COMMANDS', commandRows(single, look), look),
    '',
    ...wrapWords(
      `"${bin} TOPIC" lists the commands of a topic, "${bin} COMMAND --help" explains one. ` +
        '"env" is short for "environment".',
      look.columns,
    ),
  ];
}

function topicHelp({ bin, topics, commands }: HelpSource, name: string, look: HelpLook) {
  const below = commands.filter(({ id, hidden }) => !hidden && id.startsWith(`${name} `));
  const description = topics.find((topic) => topic.name === name)?.description ?? '';
  return [
    ...wrapWords(description, look.columns),
    ...titled('USAGE', [`$ ${bin} ${name} COMMAND`], look),
    ...titled('COMMANDS', commandRows(below, look), look),
  ];
}

function commandHelp(bin: string, command: Command.Cached, look: HelpLook): string[] {
  const flags = Object.values(command.flags).filter(({ hidden }) => hidden !== true);
  const [own, global] = [false, true].map((isGlobal) =>
    flags
      .filter(({ helpGroup }) => (helpGroup === 'GLOBAL') === isGlobal)
      .sort((left, right) => left.name.localeCompare(right.name)),
  );
  const args = Object.values(command.args).map(
    ({ name, description = '' }): Row => [name.toUpperCase(), description],
  );
  const inner = look.columns - INDENT;
  return [
    ...wrapWords(command.summary ?? '', look.columns),
    ...titled('USAGE', [`$ ${usage(bin, command)}`], look),
    ...titled('ARGUMENTS', rowLines(args, look), look),
    ...titled('OPTIONS', rowLines((own ?? []).map(flagRow), look), look),
    ...titled('OPTIONS OF EVERY COMMAND', rowLines((global ?? []).map(flagRow), look), look),
    ...titled('DESCRIPTION', wrapWords(command.description ?? '', inner), look),
    ...titled('EXAMPLES', exampleLines(bin, command, inner), look),
  ];
}

/**
 * `biotope run logs RUN [STEP]`
 *
 * @internal
 */
export function commandWords(bin: string, { id, args }: Command.Cached): string[] {
  const named = Object.values(args).map(({ name, required }) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [bin, id, ...named];
}

function usage(bin: string, command: Command.Cached): string {
  const needed = Object.values(command.flags).flatMap((flag) =>
    flag.required ? [`--${flag.name} ${valueName(flag)}`] : [],
  );
  return [...commandWords(bin, command), ...needed, '[OPTIONS]'].join(' ');
}

function valueName(flag: Command.Flag.Cached): string {
  if (flag.type === 'boolean') return '';
  return flag.helpValue?.toString() ?? flag.options?.join('|') ?? flag.name.toUpperCase();
}

/**
 * An option as it is written, and what it does.
 *
 * @internal
 */
export function flagRow(flag: Command.Flag.Cached): Row {
  const short = flag.char === undefined ? '    ' : `-${flag.char}, `;
  const notes = [
    ...(flag.required ? ['Required.'] : []),
    ...(flag.type === 'option' && flag.default !== undefined ? [`Default: ${flag.default}.`] : []),
  ];
  const text = [flag.summary, flag.description, ...notes].filter((part) => part !== undefined);
  const name = flag.type === 'boolean' && flag.allowNo ? `[no-]${flag.name}` : flag.name;
  return [`${short}--${name} ${valueName(flag)}`.trimEnd(), text.join(' ')];
}

function commandRows(commands: readonly Command.Cached[], look: HelpLook): string[] {
  return rowLines(
    commands.map(({ id, summary = '' }) => [id, summary]),
    look,
  );
}

function exampleLines(bin: string, { examples = [] }: Command.Cached, columns: number): string[] {
  return examples.flatMap((example, at) => {
    const { description, command } =
      typeof example === 'string' ? { description: '', command: example } : example;
    return [
      ...(at > 0 && description !== '' ? [''] : []),
      ...(description === '' ? [] : wrapWords(description, columns)),
      `$ ${command.replaceAll('<%= config.bin %>', bin)}`,
    ];
  });
}

const INDENT = 2;
const GAP = 2;
const NAME_COLUMNS_MAX = 34;

/** Names and, beside them, what each is; below them where there is no room. */
function rowLines(rows: readonly Row[], { columns }: HelpLook): string[] {
  const room = columns - INDENT;
  const widths = rows.map(([name]) => visibleWidth(name));
  const nameColumns = Math.min(NAME_COLUMNS_MAX, Math.floor(room / 2), Math.max(0, ...widths));
  const at = nameColumns + GAP;
  return rows.flatMap(([name, text]) => {
    const lines = wrapWords(text, room - at);
    const beside = visibleWidth(name) <= nameColumns ? (lines.shift() ?? '') : null;
    const first = beside === null ? name : padWidth(name, at) + beside;
    return [first.trimEnd(), ...indent(lines, ' '.repeat(at))];
  });
}

function titled(title: string, lines: readonly string[], { palette }: HelpLook): string[] {
  const told = lines.filter((line, at) => line !== '' || at > 0);
  return told.length === 0 ? [] : ['', palette.strong(title), ...indent(told, ' '.repeat(INDENT))];
}
