import { expect, test } from 'vitest';
import type { TestCase } from 'vitest/node';
import { describeSkipped } from '../../setup/skip-reporter.ts';

function skipped(fullName: string, note?: string): TestCase {
  const result = () => ({ state: 'skipped', note, errors: undefined });
  return { fullName, project: { name: 'integration' }, result } as unknown as TestCase;
}

test('nothing skipped, nothing said', () => {
  expect(describeSkipped([])).toEqual([]);
});

test('every skipped test with its reason, or the lack of one', () => {
  const said = describeSkipped([skipped('terraform > applies', 'no Terraform'), skipped('other')]);
  expect(said).toEqual([
    '',
    'SKIPPED: 2 tests did not run',
    '  - [integration] terraform > applies: no Terraform',
    '  - [integration] other: NO REASON GIVEN',
  ]);
});
