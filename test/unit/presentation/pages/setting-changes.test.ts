import { expect, test } from 'vitest';
import { settingChanges } from '../../../../src/documents/setting-changes.ts';
import { settingLines } from '../../../../src/presentation/pages/setting-lines.ts';
import { summaryText } from '../../../../src/presentation/pages/words.ts';
import { anEnvironment, palette } from '../samples.ts';

const environment = anEnvironment({ description: 'one', tags: ['a'] });

test('what a command does not name stays, and so does what it says again', () => {
  const same = { template: 'hello@1.0.0', description: 'one', tags: ['a'], protect: false };
  expect(settingChanges(environment, {})).toEqual([]);
  expect(settingChanges(environment, same)).toEqual([]);
});

test('each change is told with what was and what is to be', () => {
  const wanted = { template: 'hello@1.1.0', description: '', tags: ['a', 'b'], protect: true };
  expect(settingLines(settingChanges(environment, wanted), palette)).toEqual([
    '  ~  template     hello@1.0.0 -> hello@1.1.0',
    '  ~  description  "one" -> none',
    '  ~  tags         a -> a, b',
    '  ~  protect      no -> yes',
  ]);
});

test('a plan that changes nothing else has something to do', () => {
  const idle = { create: 0, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0, unchanged: 2 };
  expect(summaryText(idle)).toBe('nothing to do: 2 unchanged');
  expect(summaryText(idle, { settings: 1 })).toBe('1 setting to change, 2 unchanged');
  expect(summaryText({ ...idle, decide: 3 })).toBe('3 to decide during the run, 2 unchanged');
});
