import assert from 'node:assert/strict';
import { FAILPOINTS, type FailpointName } from '../../../src/platform/failpoint.ts';
import type { Place, Scenario } from '../frame/scenario.ts';
import { another, CHAPTERS, type Death, KINDS } from './life.ts';

/** A round meets every failpoint at least once; which chapter of the life meets which, changes. */
export const atFailpoints: Scenario = {
  name: 'at-failpoints',
  fault:
    'kill -9 at every named failpoint, one process after the other, while resources of every kind ' +
    'are created, updated, rotated, healed, tried again, adopted and destroyed.',
  rounds: { ci: 2, full: 22 },
  templates: [KINDS],
  async round(place, round) {
    const owed = new Set<FailpointName>(FAILPOINTS);
    const dyingAt = (name: FailpointName): Death => {
      // Not always at the first of the steps.
      const visit = isOnce(name) || place.chance.in100(60) ? 1 : 2;
      return async (_, args) => {
        const end = await place.dieAt(`${name}:${visit}`, args);
        if (end.signal !== null) owed.delete(name);
        return end;
      };
    };
    for (const [at, chapter] of CHAPTERS.entries()) {
      const group = (at + round) % CHAPTERS.length;
      const names = FAILPOINTS.filter((_, index) => index % CHAPTERS.length === group);
      await chapter(place, names.map(dyingAt));
    }
    for (const name of owed) {
      const end = async (_: Place, args: readonly string[]) => {
        const died = await place.dieAt(name, args);
        assert.equal(died.signal, 'SIGKILL', `${name} is met`);
        return died;
      };
      await another(place, [end]);
    }
  },
};

/** These are visited once in a run, the others at each step. */
function isOnce(name: FailpointName): boolean {
  return /^(?:intake|run|plan|finish)\./.test(name);
}
