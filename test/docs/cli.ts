import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '@oclif/core/command';
import { commandWords, flagRow } from '../../src/presentation/startup/help.ts';
import { readCommands } from '../../src/presentation/startup/own-plugin.ts';
import { markdownTable } from './markdown-table.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Every command, as it explains itself with `--help`. */
export async function cliPage(): Promise<string> {
  const pjson = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
  const commands = Object.values(await readCommands(ROOT, pjson))
    .filter(({ hidden }) => !hidden)
    .map((command) => ({ ...command, id: command.id.replaceAll(':', ' ') }))
    .sort((left, right) => left.id.localeCompare(right.id));
  const topics = Object.entries<{ description: string }>(pjson.oclif.topics).sort();
  const isAlone = ({ id }: Command.Cached) => !id.includes(' ');
  return [
    '# Command line',
    '',
    '`biotope COMMAND --help` shows what stands here. `biotope env …` is short for',
    '`biotope environment …`. The answer goes to standard output, everything else to standard error.',
    'Exit codes: 0 ok · 1 failed · 64 the command line or configuration is wrong · 124 a wait or step took',
    'too long · 130 interrupted. Every error names its page in [errors](errors/README.md).',
    '',
    ...contents(commands),
    '',
    '## Options of every command',
    '',
    ...flagTable(flagsOf(commands[0], true)),
    ...topics.flatMap(([topic, { description }]) => [
      '',
      `## biotope ${topic}`,
      '',
      `${description}.`,
      ...commands.filter(({ id }) => id.startsWith(`${topic} `)).flatMap(commandLines),
    ]),
    '',
    '## Commands without a topic',
    ...commands.filter(isAlone).flatMap(commandLines),
    '',
  ].join('\n');
}

function contents(commands: readonly Command.Cached[]): string[] {
  return markdownTable(
    ['command', 'what it does'],
    commands.map((command) => {
      const anchor = heading(command)
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-');
      return [`[${command.id}](#${anchor})`, command.summary ?? ''];
    }),
  );
}

function heading(command: Command.Cached): string {
  return commandWords('biotope', command).join(' ');
}

function commandLines(command: Command.Cached): string[] {
  const args = Object.values(command.args).map(({ name, description = '' }) => [
    `\`${name.toUpperCase()}\``,
    description,
  ]);
  const flags = flagsOf(command, false);
  return [
    '',
    `### ${heading(command)}`,
    '',
    command.summary ?? '',
    ...(command.description ? ['', command.description] : []),
    ...(args.length > 0 ? ['', ...markdownTable(['argument', 'what it is'], args)] : []),
    ...(flags.length > 0 ? ['', ...flagTable(flags)] : []),
    '',
    '```sh',
    ...exampleLines(command),
    '```',
  ];
}

function flagsOf(command: Command.Cached | undefined, isGlobal: boolean): Command.Flag.Cached[] {
  return Object.values(command?.flags ?? {})
    .filter(({ hidden, helpGroup }) => !hidden && (helpGroup === 'GLOBAL') === isGlobal)
    .sort((left, right) => left.name.localeCompare(right.name));
}

function flagTable(flags: readonly Command.Flag.Cached[]): string[] {
  const rows = flags.map(flagRow).map(([name, text]) => [`\`${name.trim()}\``, text]);
  return markdownTable(['option', 'what it does'], rows);
}

function exampleLines({ examples = [] }: Command.Cached): string[] {
  return examples.flatMap((example) => {
    const { description, command } =
      typeof example === 'string' ? { description: '', command: example } : example;
    const line = command.replaceAll('<%= config.bin %>', 'biotope');
    return description === '' ? [line] : [`# ${description}`, line];
  });
}
