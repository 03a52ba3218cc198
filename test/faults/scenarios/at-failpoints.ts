import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { FAILPOINTS } from '../../../src/platform/failpoint.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

/** These are visited once in a run; the others at each step, and the first of them is not all. */
const ONCE = /^(?:intake|run|plan|finish)\./;
const VISITS = 3;

export const atFailpoints: Scenario = {
  name: 'at-failpoints',
  fault: 'kill -9 at every named failpoint while programs build four things and take them down.',
  rounds: { ci: 2 * FAILPOINTS.length, full: 24 * FAILPOINTS.length },
  templates: ['ledger'],
  async round(place, round) {
    const name = FAILPOINTS[round % FAILPOINTS.length] ?? '';
    const turn = Math.floor(round / FAILPOINTS.length);
    const failpoint = ONCE.test(name) ? name : `${name}:${1 + (turn % VISITS)}`;
    const isDestroying = turn % 2 === 1;
    const create = ['environment', 'create', 'one', '-t', 'ledger', '-p', `ledger=${place.ledger}`];
    await (isDestroying ? place.done(create) : through(place, create, failpoint));
    assert.equal(things(place).length, 4);
    const destroy = ['environment', 'destroy', 'one', '--yes'];
    await (isDestroying ? through(place, destroy, failpoint) : place.done(destroy));
    assert.deepEqual(things(place), []);
  },
};

/** To the end of a command whose process dies on the way: given again only if it was not accepted. */
async function through(place: Place, args: readonly string[], failpoint: string): Promise<void> {
  const acceptedBefore = await acceptedCount(place);
  const end = await place.dieAt(failpoint, args);
  if (end.signal !== 'SIGKILL') return;
  if ((await acceptedCount(place)) === acceptedBefore) await place.done(args);
  else await place.settle('one');
}

/** What the programs have made lies beside the ledger, a file each. */
const things = ({ folder }: Place) =>
  readdirSync(folder).filter((name) => name.startsWith('ledger.'));

const acceptedCount = (place: Place) =>
  place.read(async (store) => (await store.find('inbox')).length);
