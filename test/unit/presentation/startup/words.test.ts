import { expect, test } from 'vitest';
import { orderWords } from '../../../../src/presentation/startup/words.ts';

test.each([
  ['environment list --all', 'environment list --all'],
  ['--data X environment list', 'environment list --data X'],
  ['--data=X --json env list --all', 'environment list --data=X --json --all'],
  ['environment --config F list demo', 'environment list demo --config F'],
  ['-o yaml run list', 'run list -o yaml'],
  ['-oyaml run list', 'run list -oyaml'],
  ['env list', 'environment list'],
  ['run list env', 'run list env'],
  ['help', '--help'],
  ['help env list', 'environment list --help'],
  ['--data X help', 'help --data X'],
  ['--data', '--help'],
  ['--nope environment list', '--nope environment list'],
  ['run list --environment --data X', 'run list --environment --data X'],
  ['run logs demo -- --json', 'run logs demo -- --json'],
])('%s is read as %s', (given, ordered) => {
  expect(orderWords(given.split(' ')).join(' ')).toBe(ordered);
});

test('nothing stays nothing', () => {
  expect(orderWords([])).toEqual([]);
});
