import { expect, it } from 'vitest';
import { firstOf, someOf } from '../../../src/model/some-of.ts';

it('names all of a few, and of many the first with how many there are besides', () => {
  expect(someOf(['a', 'b'], 2)).toBe('a, b');
  expect(someOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(firstOf([1, 2], 2)).toEqual({ shown: [1, 2], more: [] });
  expect(firstOf([1, 2, 3], 2)).toEqual({ shown: [1, 2], more: ['and 1 more'] });
});
