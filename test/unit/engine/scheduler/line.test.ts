import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import { takeForRun } from '../../../../src/engine/scheduler/begin.ts';
import { intakeRoom, putRun, putShop, submit } from '../../../support/intake.ts';
import { run as runRecord } from '../../../support/records.ts';
import { openRoom } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';

const protect = (isOn: boolean): Command => ({
  type: 'environment.update',
  data: { name: 'shop', protect: isOn },
});
const destroy: Command = { type: 'environment.destroy', data: { name: 'shop' } };

describe('the protection of an environment', () => {
  test('counts from the acceptance of what sets it: what comes after in line meets it', async () => {
    const room = await intakeRoom(putShop('ok', 1));
    expect(await submit(room, protect(true), 'c1')).toMatchObject({ outcome: 'accepted' });
    expect(await submit(room, destroy, 'c2')).toMatchObject({ code: 'ENVIRONMENT_PROTECTED' });
    expect(await submit(room, protect(false), 'c3')).toMatchObject({ outcome: 'accepted' });
    expect(await submit(room, destroy, 'c4')).toMatchObject({ outcome: 'accepted' });
  });

  test('holds where what was to take it off did not succeed: then nothing is destroyed', async () => {
    const room = await openRoom();
    await room.publish(template('1.0.0', []));
    await room.publish(template('2.0.0', [resource('a', { pool: 'nobody' })]));
    await room.send({
      type: 'environment.create',
      data: { name: 'shop', template: 'sample@1.0.0', protect: true },
    });
    await room.clock.advance(1_000);
    // Its plan is refused: no worker serves that pool. The destruction is accepted before that shows.
    const update: Command = {
      type: 'environment.update',
      data: { name: 'shop', template: 'sample@2.0.0', protect: false },
    };
    const [, runId] = await Promise.all([room.send(update), room.send(destroy)]);
    await room.clock.advance(1_000);
    expect(await room.run(runId)).toMatchObject({
      status: 'failed',
      failure: { code: 'ENVIRONMENT_PROTECTED' },
    });
    const environment = await room.context.store.get('environments', 'shop');
    expect(environment?.value).toMatchObject({ status: 'failed', protect: true });
  });
});

describe('the protection of a resource', () => {
  test('is judged by the plan where an update is in line that may take it off', async () => {
    const room = await openRoom();
    await room.publish(template('1.0.0', [resource('a', { protect: true })]));
    await room.publish(template('2.0.0', [resource('a')]));
    const data = { name: 'shop', template: 'sample@1.0.0' };
    await room.send({ type: 'environment.create', data });
    const [order] = room.orders;
    if (order === undefined) throw new Error('there is no order');
    await room.clock.finish(room.engine.desk.claim(order, 'worker-1'));
    await room.send({ type: 'environment.update', data: { ...data, template: 'sample@2.0.0' } });
    const answer = await submit(room, destroy, 'c1');
    expect(answer).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a run that was read before another process began it', () => {
  test('is left to that one, without a word', async () => {
    const waiting = runRecord({ id: 'run-1', kind: 'update', status: 'queued', order: 2 });
    const room = await intakeRoom([...putShop('ok', 2), putRun(waiting)]);
    const { context, clock } = room;
    const stored = await context.store.get('runs', 'run-1');
    if (stored === undefined) throw new Error('there is no run');
    const shop = await context.store.get('environments', 'shop');
    expect(await clock.finish(takeForRun(context, stored, shop))).toMatchObject({ resumed: false });
    const taken = await context.store.get('environments', 'shop');
    expect(await clock.finish(takeForRun(context, stored, taken))).toBe('overtaken');
  });
});
