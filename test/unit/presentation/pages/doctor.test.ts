import { expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/compose/doctor/check.ts';
import { doctorPage } from '../../../../src/presentation/pages/doctor.ts';
import type { Palette } from '../../../../src/presentation/terminal/palette.ts';

const same = (text: string) => text;
const PLAIN: Palette = {
  good: same,
  bad: same,
  busy: same,
  faint: same,
  strong: same,
  columns: 80,
};
const well: CheckResult = { name: 'node', status: 'ok', found: 'Node 24', remedy: null };

it('the doctor’s page shows what mends a thing below it, line by line', () => {
  const sick: CheckResult = {
    name: 'terraform',
    status: 'failed',
    found: 'it is missing\nreally',
    remedy: 'install it\nor the other',
  };
  expect(doctorPage([well, sick], PLAIN)).toEqual([
    'ok      node       Node 24',
    'failed  terraform  it is missing',
    '    really',
    '    -> install it',
    '       or the other',
    '',
    '1 check failed',
  ]);
});

it('the doctor’s verdict tells warnings from failures, and wellness from both', () => {
  const worn: CheckResult = { ...well, status: 'warning', remedy: 'look after it' };
  expect(doctorPage([well], PLAIN).at(-1)).toBe('everything is as it should be');
  expect(doctorPage([well, worn, worn], PLAIN).at(-1)).toBe('nothing failed, 2 warnings');
});

it('nothing that was found moves the cursor of those who read it', () => {
  const odd: CheckResult = { ...well, found: 'a\u001b[2Jb' };
  expect(doctorPage([odd], PLAIN).join('')).not.toContain('\u001b');
});
