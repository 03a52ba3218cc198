import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { begun, createParts, decide, madeAndGone } from '../frame/parts.ts';
import type { Scenario } from '../frame/scenario.ts';

const PRELOAD = new URL('../frame/moved-clock.mjs', import.meta.url).href;
const HOUR_MS = 3_600_000;
const MOMENT_MS = 300;

export const clockMoved: Scenario = {
  name: 'clock-moved',
  fault:
    'The clock is moved by an hour in the middle of a run, and between a death and what follows.',
  rounds: { ci: 2, full: 60 },
  templates: ['parts'],
  async round(place, round) {
    const file = join(place.folder, 'clock');
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, BIOTOPE_TEST_CLOCK_FILE: file };
    const create = place.start(createParts(place), env);
    await begun(place, `create ${place.chance.pick(['one', 'two', 'three'])}`);
    await pause(place.chance.below(MOMENT_MS));
    writeFileSync(file, String(round % 2 === 0 ? HOUR_MS : -HOUR_MS));
    place.happened(`a clock that is moved ${round % 2 === 0 ? 'forward' : 'back'}`);
    if (round % 4 < 2) {
      const end = await create.end;
      assert.equal(end.code, 0, end.stderr);
    } else {
      await pause(place.chance.below(MOMENT_MS));
      await place.kill(create);
    }
    await decide(place);
    await madeAndGone(place);
  },
};
