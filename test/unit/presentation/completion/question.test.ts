import { expect, test } from 'vitest';
import { askAbout } from '../../../../src/presentation/completion/question.ts';
import { typedWords } from '../../../../src/presentation/completion/shell-line.ts';
import type { HelpSource } from '../../../../src/presentation/startup/help.ts';

const global = { helpGroup: 'GLOBAL' };
const flags = {
  data: { name: 'data', type: 'option', helpValue: 'FOLDER', ...global },
  config: { name: 'config', type: 'option', helpValue: 'FILE', ...global },
  json: { name: 'json', type: 'boolean', allowNo: false, ...global },
  output: { name: 'output', char: 'o', type: 'option', options: ['table', 'json'], ...global },
  level: { name: 'level', type: 'option', helpValue: 'debug|info', ...global },
};
const own = {
  template: { name: 'template', char: 't', type: 'option', helpValue: 'TEMPLATE' },
  parameter: { name: 'parameter', char: 'p', type: 'option', multiple: true },
  hidden: { name: 'hidden', type: 'boolean', allowNo: false, hidden: true },
};
const common = { aliases: [], hiddenAliases: [], hidden: false };

const source = {
  bin: 'biotope',
  description: '',
  topics: [{ name: 'environment', description: 'Environments' }],
  commands: [
    { id: 'demo', ...common, args: {}, flags },
    {
      id: 'environment create',
      ...common,
      args: { environment: { name: 'environment' }, folder: { name: 'folder' } },
      flags: { ...flags, ...own },
    },
    { id: 'environment secret', ...common, hidden: true, args: {}, flags },
  ],
} as unknown as HelpSource;

/** What could stand at the end of the line, as one word or the candidates. */
function at(line: string) {
  const question = askAbout(typedWords(`biotope ${line}`), source);
  if (question.kind === 'names') return `names of ${question.of}`;
  if (question.kind !== 'words') return question.kind;
  return question.candidates.map(({ value }) => question.lead + value).join(' ');
}

test.each([
  ['', 'environment demo'],
  ['env', 'environment demo'],
  ['environment ', 'create'],
  ['env cr', 'create'],
  ['environment list x ', ''],
  ['environment create ', 'names of environment'],
  ['environment create x ', 'folders'],
  ['environment create x y ', ''],
  ['environment create --template ', 'names of template'],
  ['environment create -t ', 'names of template'],
  ['environment create -t hello ', 'names of environment'],
  ['environment create -thello ', 'names of environment'],
  ['environment create --template=hello ', 'names of environment'],
  ['environment create --data ', 'folders'],
  ['--config ', 'files'],
  ['--data x environment ', 'create'],
  ['demo --output ', 'table json'],
  ['demo --output=', '--output=table --output=json'],
  ['demo --level ', 'debug info'],
  ['demo --json --', '--data --config --output --level --help'],
  [
    'environment create -p a=1 -t x --',
    '--data --config --json --output --level --parameter --help',
  ],
  ['environment create -- --', 'names of environment'],
])('behind "%s": %s', (line, expected) => {
  expect(at(line)).toBe(expected);
});

test('tells what is given already, by its name', () => {
  const { given } = askAbout(typedWords('biotope environment create x -t hello -p '), source);
  expect(Object.fromEntries(given)).toEqual({ environment: ['x'], template: ['hello'] });
});
