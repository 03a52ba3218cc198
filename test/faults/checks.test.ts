import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { createChance } from '../simulation/world/chance.ts';
import { CHECKS } from './checks/all.ts';
import type { MeasureId } from './frame/measures.ts';
import { createPlace } from './frame/place.ts';
import { prepare } from './frame/prepare.ts';
import type { QuietPlace } from './frame/scenario.ts';
import { createTally } from './frame/tally.ts';

/** A folder in which an environment was built, and nothing went wrong. */
let built: string;

beforeAll(async () => {
  const prepared = await prepare(['ledger']);
  const { place } = copyOf(prepared);
  await place.done([
    'environment',
    'create',
    'one',
    '-t',
    'ledger',
    '-p',
    `ledger=${place.ledger}`,
  ]);
  rmSync(prepared, { recursive: true });
  built = place.folder;
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

interface Planted {
  /** What is done to the place, or what its store tells wrongly. */
  place?(place: QuietPlace): Promise<void> | void;
  store?(store: Store): Partial<Store>;
  found: MeasureId[];
}

/** What the checks have to see, each planted into a place where everything went well. */
const PLANTED: Record<string, Planted> = {
  'an effect made twice': {
    place: ({ ledger }) => appendFileSync(ledger, 'create first0\n'),
    found: ['duplicates'],
  },
  'an effect that was found whole, and made again': {
    place: ({ ledger }) => appendFileSync(ledger, 'inspect first0 present\nagain first0\n'),
    found: ['duplicates'],
  },
  'two at work on one thing': {
    place: ({ ledger }) => appendFileSync(ledger, 'beside first0\n'),
    found: ['duplicates'],
  },
  'the record of a process that is gone': {
    place: ({ dataFolder }) => {
      mkdirSync(join(dataFolder, 'work'), { recursive: true });
      writeFileSync(join(dataFolder, 'work', 'create.pid'), '{}');
    },
    found: ['stale-locks'],
  },
  'an accepted run that is not there': {
    place: ({ accepted }) => {
      if (accepted instanceof Set) accepted.add('another');
    },
    found: ['accepted-lost'],
  },
  'a run that goes on for ever': {
    store: (store) => ({
      find: async (collection, query) => {
        const found = await store.find(collection, query);
        if (collection === 'runs') {
          for (const { value } of found) Object.assign(value, { status: 'running' });
        }
        return found;
      },
    }),
    // The events tell that it has ended.
    found: ['unfinished', 'silent-states'],
  },
  'a state of which no event tells': {
    store: (store) => ({
      events: async (query) =>
        (await store.events(query)).filter(({ event }) => event.type !== 'run.succeeded'),
    }),
    found: ['silent-states'],
  },
  'a state that was never told on the way': {
    store: (store) => ({
      events: async (query) =>
        (await store.events(query)).filter(({ event }) => event.type !== 'step.running'),
    }),
    found: ['silent-states'],
  },
  'a change that the feed does not tell': {
    store: (store) => ({
      changes: async (query) =>
        (await store.changes(query)).filter(({ scope, number }) => scope !== 'one' || number !== 3),
    }),
    found: ['gaps'],
  },
};

function copyOf(prepared: string) {
  const tally = createTally();
  return { place: createPlace({ prepared, chance: createChance(1), tally }), tally };
}

function lying(place: QuietPlace, lies: NonNullable<Planted['store']>): QuietPlace {
  return { ...place, read: (look) => place.read((store) => look({ ...store, ...lies(store) })) };
}

describe('after a round the checks', () => {
  test.for(Object.entries(PLANTED))('find %s', async ([, planted]) => {
    const { place, tally } = copyOf(built);
    const quiet = await place.quiet();
    await planted.place?.(quiet);
    const seen = planted.store === undefined ? quiet : lying(quiet, planted.store);
    for (const check of CHECKS) await check(seen, tally);
    rmSync(place.folder, { recursive: true });
    const { measures } = tally.result();
    const wrong = Object.entries(measures).filter(([, { foundCount }]) => foundCount > 0);
    expect(wrong.map(([id]) => id)).toEqual(planted.found);
  });

  test('find a process that goes on, and spare one that may', async () => {
    const { place, tally } = copyOf(built);
    const orphan = spawn('sleep', ['60'], { cwd: place.folder });
    const application = spawn('sleep', ['60'], { cwd: place.folder });
    await Promise.all([once(orphan, 'spawn'), once(application, 'spawn')]);
    place.spare(application.pid ?? 0);
    const quiet = await place.quiet(0);
    orphan.kill();
    application.kill();
    for (const check of CHECKS) await check(quiet, tally);
    rmSync(place.folder, { recursive: true });
    expect(tally.result().measures.orphans?.found).toEqual([`${orphan.pid} sleep 60`]);
  });
});
