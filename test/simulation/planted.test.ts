import { afterAll, describe, expect, test } from 'vitest';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { openTellers } from './threads/tell-many.ts';

const SEEDS_MAX = 1_000;

describe('a bug that is planted', () => {
  const tellers = openTellers();
  const found: string[] = [];

  afterAll(async () => {
    await tellers.close();
    console.info(['Planted bugs, and the first story that finds each:', ...found].join('\n'));
  });

  test.for(PLANTED_BUGS.map(({ name, says }) => ({ name, says })))(
    '$name is found: $says',
    async ({ name }) => {
      const { broken } = await tellers.tell({ from: 1, seeds: SEEDS_MAX, bug: name });
      const [first] = broken;
      if (first === undefined) expect.fail(`none of ${SEEDS_MAX} stories finds it`);
      found.push(`  ${name.padEnd(30)} ${String(first.seed).padStart(4)}  ${first.violations[0]}`);
    },
  );

  test('has a name of its own', () => {
    const names = PLANTED_BUGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(12);
  });
});
