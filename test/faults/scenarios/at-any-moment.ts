import { setTimeout as pause } from 'node:timers/promises';
import type { CliEnd } from '../../support/cli.ts';
import type { Place, Scenario } from '../frame/scenario.ts';
import { another, CHAPTERS, KINDS } from './life.ts';

const DEATHS_A_ROUND = 11;
const DEATHS_A_CHAPTER_MAX = 3;
const LINES_MAX = 3;
const WAIT_MS_MAX = 400;
const LOOK_EVERY_MS = 5;

/** Whoever resumes dies as well, up to three times in one run. */
export const atAnyMoment: Scenario = {
  name: 'at-any-moment',
  fault:
    'kill -9 at random moments of applies and destroys, and of the processes that go on after it, ' +
    'while resources of every kind are created, updated, rotated, healed, tried again, adopted and destroyed.',
  rounds: { ci: 2, full: 20 },
  templates: [KINDS],
  async round(place) {
    let deaths = 0;
    const death = async (_: Place, args: readonly string[]) => {
      const end = await dieSomewhere(place, args);
      if (end.signal !== null) deaths += 1;
      return end;
    };
    const some = () =>
      Array.from({ length: 1 + place.chance.below(DEATHS_A_CHAPTER_MAX) }, () => death);
    for (const chapter of CHAPTERS) await chapter(place, some());
    while (deaths < DEATHS_A_ROUND) await another(place, some());
  },
};

/** Some lines of the ledger after its beginning, and then some time: mostly in the middle of an effect. */
async function dieSomewhere(place: Place, args: readonly string[]): Promise<CliEnd> {
  const enough = place.effects().length + place.chance.below(LINES_MAX + 1);
  const waitMs = place.chance.next() * WAIT_MS_MAX;
  const process = place.start(args);
  let hasEnded = false;
  void process.end.then(() => {
    hasEnded = true;
  });
  const hasBegun = () => process.printed() !== '' && place.effects().length >= enough;
  while (!hasEnded && !hasBegun()) await pause(LOOK_EVERY_MS);
  await pause(waitMs);
  return place.kill(process);
}
