import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  begun,
  createParts,
  DESTROY,
  decide,
  demandGone,
  hold,
  madeAndGone,
  recordOf,
  steps,
} from '../frame/parts.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const MOMENT_MS = 150;

export const terraformKilled: Scenario = {
  name: 'terraform-killed',
  fault: 'kill -9 of Terraform in the middle of an apply and of a destroy.',
  rounds: { ci: 2, full: 60 },
  templates: ['parts'],
  round: (place, round) => (round % 2 === 0 ? inApply(place) : inDestroy(place)),
};

async function inApply(place: Place): Promise<void> {
  const part = place.chance.pick(['one', 'two', 'three']);
  const letGo = hold(place, { part });
  const create = place.start(createParts(place));
  await begun(place, `create ${part}`);
  await pause(place.chance.below(MOMENT_MS));
  process.kill(recordOf(place).pid, 'SIGKILL');
  place.happened('kill -9 of a Terraform that applies');
  assert.equal((await create.end).code, 1);
  letGo();
  // Never `failed`: nobody knows what the provider had done.
  assert.deepEqual(
    (await steps(place)).map(({ status }) => status),
    ['unknown'],
  );
  await decide(place);
  await madeAndGone(place);
}

async function inDestroy(place: Place): Promise<void> {
  await place.done(createParts(place, { seconds: 0.2 }));
  const part = place.chance.pick(['one', 'two', 'three']);
  const letGo = hold(place, { part });
  const destroy = place.start(DESTROY);
  await begun(place, `destroy ${part}`);
  await pause(place.chance.below(MOMENT_MS));
  process.kill(recordOf(place).pid, 'SIGKILL');
  letGo();
  place.happened('kill -9 of a Terraform that destroys');
  // The state tells what is still there: nobody has to be asked.
  const end = await destroy.end;
  assert.equal(end.code, 0, end.stderr);
  demandGone(place);
}

const GRACE = { BIOTOPE_TERRAFORM_GRACE_MS: '1000' };
const GRACE_MS = 1_000;

export const terraformHangs: Scenario = {
  name: 'terraform-hangs',
  fault:
    'Terraform hangs and heeds no interrupt: it is killed after the grace, and nobody claims to know.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  async round(place, round) {
    const letGo = hold(place, { part: 'two' });
    const create = place.start(createParts(place), GRACE);
    await begun(place, 'create two');
    process.kill(recordOf(place).pid, 'SIGSTOP');
    letGo();
    place.happened('a Terraform that heeds nothing');
    const askedAtMs = performance.now();
    if (round % 2 === 0) await place.done(['run', 'cancel', 'one']);
    else create.child.kill('SIGTERM');
    const { code } = await create.end;
    assert.equal(code, round % 2 === 0 ? 1 : 130);
    assert.ok(performance.now() - askedAtMs >= GRACE_MS, 'it was killed before its grace was over');
    assert.deepEqual(
      (await steps(place)).map(({ status }) => status),
      ['unknown'],
    );
    await decide(place);
    await madeAndGone(place);
  },
};
