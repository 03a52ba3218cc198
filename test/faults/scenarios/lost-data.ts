import assert from 'node:assert/strict';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { begun, createParts, decide, hold, madeAndGone } from '../frame/parts.ts';
import type { Scenario } from '../frame/scenario.ts';

const MOMENT_MS = 300;

export const lostData: Scenario = {
  name: 'lost-data-folder',
  fault: 'The data folder is moved away or deleted under a running command.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  async round(place, round) {
    const { dataFolder } = place;
    const aside = `${dataFolder}-aside`;
    const isMoved = round % 2 === 0;
    if (!isMoved) cpSync(dataFolder, aside, { recursive: true });
    const letGo = hold(place, { part: 'two' });
    const create = place.start(createParts(place));
    await begun(place, 'create two');
    await pause(place.chance.below(MOMENT_MS));
    if (isMoved) renameSync(dataFolder, aside);
    else rmSync(dataFolder, { recursive: true });
    place.happened(isMoved ? 'a data folder that is moved' : 'a data folder that is deleted');
    const end = await create.end;
    assert.equal(end.code, 1);
    assert.match(end.stderr, /STORE_LOST/);
    letGo();
    const left = place.effects();
    assert.ok(!existsSync(dataFolder), 'a data folder was made anew');
    await pause(MOMENT_MS);
    assert.deepEqual(place.effects(), left);
    renameSync(aside, dataFolder);
    // What is put back knows of the run; an older copy knows nothing, and asks for nothing.
    if (!isMoved) return;
    await decide(place);
    await madeAndGone(place);
  },
};
