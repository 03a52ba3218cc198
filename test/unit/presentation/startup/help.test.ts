import { expect, test } from 'vitest';
import { type HelpSource, helpFor } from '../../../../src/presentation/startup/help.ts';
import { visibleWidth } from '../../../../src/presentation/terminal/width.ts';
import { palette } from '../samples.ts';

const source: HelpSource = {
  bin: 'biotope',
  description: 'Makes environments',
  topics: [{ name: 'run', description: 'Runs' }],
  commands: [
    {
      id: 'run show',
      summary: 'Show a run: its steps, what failed and what it waits for.',
      description: 'More about it.',
      aliases: [],
      hiddenAliases: [],
      hidden: false,
      args: { run: { name: 'run', description: 'Id of a run.', required: true } },
      flags: {
        as: {
          name: 'as',
          type: 'option',
          summary: 'How it ended.',
          options: ['a', 'b'],
          required: true,
        },
        data: { name: 'data', type: 'option', summary: 'Where.', helpGroup: 'GLOBAL' },
        limit: { name: 'limit', char: 'l', type: 'option', summary: 'At most.', default: 20 },
        secret: {
          name: 'secret',
          type: 'boolean',
          summary: 'Not told.',
          hidden: true,
          allowNo: false,
        },
      } as HelpSource['commands'][number]['flags'],
      examples: [
        '<%= config.bin %> run show demo',
        { description: 'As JSON:', command: '<%= config.bin %> run show demo --json' },
      ],
    },
  ],
};

function page(words: string, columns = 80): string | undefined {
  return helpFor(words === '' ? [] : words.split(' '), source, { palette, columns })?.join('\n');
}

test('of everything: topics and how to go on', () => {
  for (const words of ['', '--help', '-h']) expect(page(words)).toContain('run  Runs');
});

test('of a topic: its commands, asked for or not', () => {
  for (const words of ['run', 'run --help']) expect(page(words)).toContain('run show  Show a run');
});

test('of a command: everything it takes', () => {
  expect(page('run show x --help')).toBe(`Show a run: its steps, what failed and what it waits for.

USAGE
  $ biotope run show RUN --as a|b [OPTIONS]

ARGUMENTS
  RUN  Id of a run.

OPTIONS
      --as a|b       How it ended. Required.
  -l, --limit LIMIT  At most. Default: 20.

OPTIONS OF EVERY COMMAND
      --data DATA  Where.

DESCRIPTION
  More about it.

EXAMPLES
  $ biotope run show demo

  As JSON:
  $ biotope run show demo --json`);
});

test.each(['run show', 'run show x', 'run show -- --help', 'nope --help', 'run nope --help'])(
  'is not the answer to "%s"',
  (words) => {
    expect(page(words)).toBeUndefined();
  },
);

test.each([80, 60, 40])('fits into %i columns, examples apart', (columns) => {
  const lines = (page('run show --help', columns) ?? '').split('\n');
  const wide = lines.filter((line) => !line.startsWith('  $') && visibleWidth(line) > columns);
  expect(wide).toEqual([]);
});
