import { expect, test } from 'vitest';
import { KEPT_SEEDS } from './kept-seeds.ts';
import { describeBroken } from './threads/describe.ts';
import { type Many, tellMany } from './threads/tell-many.ts';

/** Always the same ones, so that a change is judged by what it changes. Others: `npm run simulate`. */
const FROM = 1;
const ENOUGH_FOR_ALL = 10_000;
const SEEDS = process.env.CI ? ENOUGH_FOR_ALL : 300;

async function demandUnbroken(many: Many): Promise<void> {
  if (many.broken.length > 0) expect.fail(await describeBroken(many));
}

test(`${SEEDS} stories of crashes, losses and commands at any moment break no promise`, async () => {
  const many = await tellMany({ from: FROM, seeds: SEEDS });
  expect(many.stories).toBe(SEEDS);
  // A story in which nothing happens keeps every promise.
  expect(many.commits).toBeGreaterThan(20 * SEEDS);
  expect(many.commands).toBeGreaterThan(2 * SEEDS);
  await demandUnbroken(many);
  // Some things come about once in thousands of stories.
  if (SEEDS >= ENOUGH_FOR_ALL) expect(missingIn(many)).toEqual([]);
});

/** What did not come about often enough to say that it does no harm. */
function missingIn({ marks }: Many): string[] {
  const boundaries = [...marks].flatMap(([mark, times]) => {
    const [, kind] = /^does (.*)/.exec(mark) ?? [];
    if (kind === undefined || times < OFTEN) return [];
    return [`dies before ${kind}`, `dies after ${kind}`];
  });
  const moments = ['environment.update', 'environment.destroy', 'run.cancel'].flatMap((command) =>
    ['create', 'update', 'destroy'].map((kind) => `${command} in the middle of a ${kind}`),
  );
  const plans = ['asked about', 'asked about in the middle', 'approved', 'refused', 'stale'].map(
    (what) => `a plan is ${what}`,
  );
  return [...boundaries, ...moments, ...plans].filter((mark) => !marks.has(mark));
}

/** Of a kind of transaction of which there are so many, some die on both sides. */
const OFTEN = 1_000;

test.for(KEPT_SEEDS)('seed $seed stays told: $says', async ({ seed }) => {
  await demandUnbroken(await tellMany({ from: seed, seeds: 1 }));
});
