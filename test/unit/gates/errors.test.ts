import { expect, test } from 'vitest';
import { errors } from '../../gates/errors.ts';
import { verdict } from './sample.ts';

const table = (...codes: string[]) =>
  `export const ERRORS = {\n${codes.map((code) => `  ${code}: entry('invalid', 'x'),\n`).join('')}} as const satisfies Record<string, ErrorEntry>;`;
const page = (...codes: string[]) => codes.map((code) => `## ${code}\n\nText.\n`).join('\n');

test('table and page agree', () => {
  const said = verdict(errors, {
    'src/model/errors.ts': table('USAGE', 'RUN_FAILED'),
    'docs/errors.md': `# Errors\n\n${page('RUN_FAILED', 'USAGE')}`,
  });
  expect(said).toEqual([]);
});

test('a code without an explanation, an explanation without a code, a repetition', () => {
  const said = verdict(errors, {
    'src/model/errors.ts': table('USAGE', 'RUN_FAILED'),
    'docs/errors.md': page('USAGE', 'GONE', 'USAGE'),
  });
  expect(said).toEqual([
    'src/model/errors.ts:3 RUN_FAILED is not explained in docs/errors.md',
    'docs/errors.md:5 GONE is not in src/model/errors.ts',
    'docs/errors.md:9 USAGE is explained twice',
  ]);
});

test('a missing page and an unreadable table are no agreement', () => {
  expect(verdict(errors, { 'src/model/errors.ts': table('USAGE') })).toHaveLength(1);
  expect(verdict(errors, { 'src/model/errors.ts': 'export const ERRORS = make();' })).toEqual([
    'src/model/errors.ts:1 exports no table ERRORS that the gate can read',
  ]);
  expect(verdict(errors, { 'docs/errors.md': page('USAGE') })).toHaveLength(1);
});
