import { describe, expect, test } from 'vitest';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { tellMany } from './threads/tell-many.ts';

const SEEDS_MAX = 1_000;

describe('a bug that is planted', () => {
  test.for(PLANTED_BUGS.map(({ name, says }) => ({ name, says })))(
    '$name is found: $says',
    async ({ name }) => {
      const { broken } = await tellMany({ from: 1, seeds: SEEDS_MAX, bug: name });
      expect(broken).not.toEqual([]);
    },
  );

  test('has a name of its own', () => {
    const names = PLANTED_BUGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(12);
  });
});
