import { expect, it } from 'vitest';
import { codeOf, messageOf } from '../../../src/model/thrown.ts';

it('tells what was thrown, whatever it is', () => {
  expect(messageOf(new Error('no'))).toBe('no');
  expect(messageOf('no')).toBe('no');
  expect(messageOf(undefined)).toBe('undefined');
});

it('knows the code of an error of the system only', () => {
  expect(codeOf(Object.assign(new Error('no'), { code: 'ENOENT' }))).toBe('ENOENT');
  expect(codeOf(Object.assign(new Error('no'), { code: 5 }))).toBeUndefined();
  expect(codeOf(new Error('no'))).toBeUndefined();
  expect(codeOf({ code: 'ENOENT' })).toBeUndefined();
});
