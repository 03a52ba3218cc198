import { expect, test } from 'vitest';
import { unknownCommand } from '../../../../src/presentation/startup/unknown-command.ts';

const names = {
  commands: ['demo', 'environment create', 'environment list', 'environment update', 'run list'],
  topics: ['environment', 'run'],
};

test.each([
  [
    'environment creat x',
    'There is no command "environment creat". Did you mean "environment create"?',
  ],
  [
    'environment deploy x',
    'There is no command "environment deploy". Did you mean "environment create" or "environment update"?',
  ],
  ['run ls', 'There is no command "run ls". Did you mean "run list"?'],
  ['environment frobnicate', 'There is no command "environment frobnicate".'],
  ['enviroment', 'There is no command "enviroment". Did you mean "environment"?'],
  ['enviroment list', 'There is no command "enviroment list". Did you mean "environment list"?'],
  ['list', 'There is no command "list". Did you mean "environment list" or "run list"?'],
  ['dmeo --keep', 'There is no command "dmeo". Did you mean "demo"?'],
  ['run list x', '"x" is not expected behind "run list".'],
])('%s: %s', (words, message) => {
  const error = unknownCommand(words.split(' '), names);
  expect({ code: error.code, message: error.message }).toEqual({ code: 'USAGE', message });
});

test('says where to look', () => {
  expect(unknownCommand(['run', 'list', 'x'], names).detail).toBe(
    'To see what there is: biotope run list --help',
  );
  expect(unknownCommand(['run', 'x'], names).detail).toBe(
    'To see what there is: biotope run --help',
  );
  expect(unknownCommand(['x'], names).detail).toBe('To see what there is: biotope --help');
});

test('says where an option belongs that stands before the command', () => {
  const { message } = unknownCommand(['--all', 'environment', 'list'], names);
  expect(message).toContain('--all stands before the command: options stand behind it');
});
