import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPath, isSegment } from '../../../src/platform/paths.ts';

describe('a path', () => {
  test.for(['a', 'A/b/c', 'shop/db.password', 'x/_y', 'mail@example', '0/1', 'a-b_c.d@e'])(
    'may be %s',
    (path) => {
      expect(checkPath(path)).toBe(path);
    },
  );

  test.for([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a/..',
    '.hidden',
    '-option',
    'a b',
    'a\\b',
    'a%2e%2e/b',
    'a\0b',
    'a\n',
    'ä',
    'a..b',
    'x'.repeat(128),
    Array(300).fill('a').join('/'),
  ])('may not be %j', (path) => {
    expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }));
  });

  test('that is allowed never leaves the place it is put under', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '@', '\\', '%', '\n') });
    fc.assert(
      fc.property(text, (path) => {
        const isAllowed = path.split('/').every(isSegment);
        if (isAllowed) expect(posix.normalize(`/base/${path}`)).toBe(`/base/${path}`);
      }),
      { numRuns: 1_000 },
    );
  });

  test('that is refused is shown only in part', () => {
    expect(() => checkPath(' '.repeat(100_000))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,400}$/) }),
    );
  });
});
