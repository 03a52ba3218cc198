import { describe, expect, onTestFinished, test } from 'vitest';
import { COMMAND_TYPES } from '../../src/bus/messages/commands.ts';
import { plantedBug } from './planted/bugs.ts';
import { tellStory } from './story/story.ts';
import { describeBroken } from './threads/describe.ts';
import { openSharedSecrets } from './threads/secrets.ts';
import { tellMany } from './threads/tell-many.ts';

function teller() {
  const secrets = openSharedSecrets();
  onTestFinished(() => secrets.close());
  return (seed: number) => tellStory({ seed, secrets: secrets.of(seed), isTold: true });
}

describe('a story', () => {
  test('is the same whenever and wherever it is told', async () => {
    const tell = teller();
    for (const seed of [11, 12, 13, 14]) {
      const { lines } = await tell(seed);
      expect((await tell(seed)).lines).toEqual(lines);
      const elsewhere = await tellMany({ from: seed, seeds: 1, isTold: true });
      expect(elsewhere.lines).toEqual(lines);
    }
  });

  test('holds, among many, commands of every kind, both settings and every mishap', async () => {
    const tell = teller();
    let missing = [...[...ABOUT_ENVIRONMENTS, ...FATES].map((one) => `: ${one}`), ...PARTS];
    for (let seed = 1; seed <= STORIES_MAX && missing.length > 0; seed += 1) {
      const told = (await tell(seed)).lines.join('\n');
      missing = missing.filter((one) => !told.includes(one));
    }
    expect(missing).toEqual([]);
  });

  test('in which a promise is broken says how to tell it again, and what happened', async () => {
    const { name } = plantedBug('blind-repeat');
    const text = await describeBroken(await tellMany({ from: 1, seeds: 100, bug: name }), name);
    expect(text).toMatch(/ s {2}people +ask command-\d+: environment\.create/);
    expect(text).toMatch(/ s {2}VIOLATION +\w+ of \w+\/.* without a look first/);
    expect(text).toMatch(/npm run simulate -- --from \d+ --seeds 1 --planted blind-repeat$/);
  });
});

/** Webhooks are no part of the engine: deliveries have tests of their own. */
const ABOUT_ENVIRONMENTS = COMMAND_TYPES.filter((type) => !type.startsWith('webhook.'));

/** Some mishaps are rare. */
const STORIES_MAX = 500;

const FATES = [
  ...['well', 'fails', 'fails-for-good', 'refuses', 'unclear', 'vanishes', 'late', 'twice'],
  ...['frozen', 'hangs', 'stopped'],
];

const PARTS = [
  ...[
    'alone',
    'cluster',
    'dies before',
    'dies after',
    'is refused [',
    'is stopped',
    'leaves',
    'loses the order',
  ],
  ...[
    'run.resumed',
    'resource.moved',
    'step.report-refused',
    ': kept',
    'step.resolved',
    'adopt one/',
    'cloud goes away',
    'the store goes away',
    'step.parked',
    'step.released',
  ],
  ...['rotate ', 'sub/', 'settles command-'],
];
