import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { begun, createParts, decide, hold, madeAndGone, until } from '../frame/parts.ts';
import type { Scenario } from '../frame/scenario.ts';

const GRACE = { BIOTOPE_TERRAFORM_GRACE_MS: '5000' };
const MOMENT_MS = 300;

export const sigtermInApply: Scenario = {
  name: 'sigterm-in-an-apply',
  fault: 'SIGTERM in the middle of an apply, once and twice.',
  rounds: { ci: 2, full: 60 },
  templates: ['parts'],
  async round(place, round) {
    const create = place.start(createParts(place), GRACE);
    await begun(place, `create ${place.chance.pick(['one', 'two', 'three'])}`);
    await pause(place.chance.below(MOMENT_MS));
    const askedAtMs = performance.now();
    create.child.kill('SIGTERM');
    if (round % 2 === 1) {
      await pause(place.chance.below(MOMENT_MS));
      create.child.kill('SIGTERM');
    }
    const { code, stderr } = await create.end;
    place.time('sigterm-apply', performance.now() - askedAtMs);
    place.happened(round % 2 === 0 ? 'SIGTERM in an apply' : 'SIGTERM twice in an apply');
    // It may have come to its end first.
    assert.ok(code === 130 || code === 0, stderr);
    await place.died();
    await decide(place);
    await madeAndGone(place);
  },
};

export const sigtermIdle: Scenario = {
  name: 'sigterm-idle',
  fault:
    'SIGTERM to processes that only wait: one that watches, one whose command another carries out.',
  rounds: { ci: 1, full: 50 },
  templates: ['parts'],
  async round(place) {
    const letGo = hold(place);
    const create = place.start(createParts(place, { seconds: 0.1 }));
    await begun(place, 'create one');
    const watch = place.start(['environment', 'watch', 'one']);
    const follow = place.start(['environment', 'update', 'one', '-p', 'seconds=0.2']);
    await until(() => follow.printed().includes('handed over'), 'a handed-over command');
    await until(() => watch.printed().includes('run.queued'), 'a word of who watches');
    for (const { child, end } of [watch, follow]) {
      await pause(place.chance.below(MOMENT_MS));
      const askedAtMs = performance.now();
      child.kill('SIGTERM');
      assert.equal((await end).code, 130);
      place.time('sigterm-idle', performance.now() - askedAtMs);
    }
    letGo();
    assert.equal((await create.end).code, 0);
    await decide(place);
    await madeAndGone(place);
  },
};
