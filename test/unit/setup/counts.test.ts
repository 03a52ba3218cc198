import { expect, test } from 'vitest';
import { type Report, summarize } from '../../setup/counts.ts';

const report: Report = {
  success: true,
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
};

test.each<[string, Partial<Report>, string, boolean]>([
  ['all well', {}, '5 passed, 0 failed, 2 skipped', true],
  ['a failed test', { numFailedTests: 2 }, '5 passed, 2 failed, 2 skipped', false],
  ['no test at all', { numPassedTests: 0 }, '0 passed, 0 failed, 2 skipped', false],
  [
    'a file that does not load',
    { testResults: [{ status: 'failed', assertionResults: [] }] },
    '5 passed, 1 failed, 2 skipped',
    false,
  ],
  ['an error between the tests', { success: false }, '5 passed, 0 failed, 2 skipped', false],
])('%s', (_, change, line, isSuccess) => {
  expect(summarize({ ...report, ...change })).toEqual({ line, isSuccess });
});
