import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import { inboxKey } from '../../../../src/engine/intake/inbox.ts';
import { readLine } from '../../../../src/engine/intake/line.ts';
import type { RunRecord } from '../../../../src/model/run.ts';
import { intakeRoom, putRun, putShop, submit } from '../../../support/intake.ts';
import { run as runRecord } from '../../../support/records.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const sample = template('1.0.0', [resource('a')]);

const create = (name: string): Command => ({
  type: 'environment.create',
  data: { name, template: 'sample' },
});
const update = (name: string): Command => ({ type: 'environment.update', data: { name } });
const destroy = (name: string): Command => ({ type: 'environment.destroy', data: { name } });

const rejected = async ({ context }: Room) =>
  (await context.store.events({ scope: '@inbox', limit: 100 })).map(({ event }) => event.data);

describe('a command under an id that was used before', () => {
  test('is answered as it was the first time, whether accepted or refused', async () => {
    const opened = await intakeRoom();
    const first = await submit(opened, create('one'), 'c1');
    expect(await submit(opened, create('one'), 'c1')).toEqual({ ...first, repeated: true });
    const refused = await submit(opened, destroy('two'), 'c2');
    expect(refused).toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND', repeated: false });
    await submit(opened, create('two'), 'c3');
    const again = await submit(opened, destroy('two'), 'c2');
    expect(again).toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND', repeated: true });
    expect(await opened.context.store.find('runs')).toHaveLength(2);
    expect(await rejected(opened)).toHaveLength(1);
  });

  test('is the same however it is written, and another one when one value differs', async () => {
    const opened = await intakeRoom();
    const data = { name: 'one', template: 'sample', tags: ['a'], parameters: {} };
    await submit(opened, { type: 'environment.create', data }, 'c1');
    const { tags, ...rest } = data;
    const reordered = { tags, ...rest };
    expect(
      await submit(opened, { type: 'environment.create', data: reordered }, 'c1'),
    ).toMatchObject({ outcome: 'accepted', repeated: true });
    expect(
      await submit(opened, { type: 'environment.create', data: { ...data, tags: ['b'] } }, 'c1'),
    ).toMatchObject({ code: 'COMMAND_REUSED', repeated: false });
    expect(await rejected(opened)).toMatchObject([{ id: 'c1', code: 'COMMAND_REUSED' }]);
  });

  test('of another source is another command', async () => {
    const opened = await intakeRoom();
    await submit(opened, create('one'), 'c1', 'x');
    expect(await submit(opened, create('two'), 'c1', 'y')).toMatchObject({ outcome: 'accepted' });
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.string(),
        (source, id, other, otherId) => {
          const same = source === other && id === otherId;
          expect(inboxKey({ source, id }) === inboxKey({ source: other, id: otherId })).toBe(same);
        },
      ),
    );
  });

  test('leaves no way to try out what it carried', async () => {
    const opened = await intakeRoom();
    await submit(opened, create('one'), 'c1');
    const [entry] = await opened.context.store.find('inbox');
    expect(entry?.value.fingerprint).toMatch(/^hmac-sha256:/);
  });
});

describe('the line in front of an environment', () => {
  test('is the order of acceptance, without gaps, from however many engines', async () => {
    const clock = createVirtualClock();
    const left = await openRoom({ clock, starts: false, context: { random: Math.random } });
    await left.publish(sample);
    const right = await openRoom({
      clock,
      starts: false,
      context: { random: Math.random, store: left.context.store, holder: 'right' },
    });
    await submit(left, create('one'), 'c0');
    const answers = await clock.finish(
      Promise.all(
        Array.from({ length: 120 }, (_, at) => {
          const { engine } = at % 2 === 0 ? left : right;
          return engine.submit(update('one'), { source: 'test', id: `u${at}` });
        }),
      ),
    );
    expect(answers.filter(({ outcome }) => outcome === 'rejected')).toEqual([]);
    const runs = await left.context.store.find('runs', { where: { environment: 'one' } });
    const orders = runs.map(({ value }) => value.order).sort((one, other) => one - other);
    expect(orders).toEqual(Array.from({ length: 121 }, (_, at) => at + 1));
    const line = await readLine(left.context.store, 'one');
    expect(line.runs.map(({ order }) => order)).toEqual(orders);
    expect(line).toMatchObject({ order: 122, willExist: true });
    await right.close();
  });

  test('is that of arrival for commands that come close behind each other', async () => {
    const opened = await intakeRoom();
    const commands = [create('one'), update('one'), destroy('one'), create('one'), update('one')];
    const answers = await opened.clock.finish(
      Promise.all(
        commands.map((command, at) =>
          opened.engine.submit(command, { source: 'test', id: `c${at}` }),
        ),
      ),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(5).fill('accepted'));
    const { runs } = await readLine(opened.context.store, 'one');
    expect(runs.map(({ kind }) => kind)).toEqual([
      'create',
      'update',
      'destroy',
      'create',
      'update',
    ]);
  });

  test.for<[RunRecord['kind'][], boolean, boolean]>([
    [[], false, false],
    [[], true, true],
    [['create'], false, true],
    [['destroy'], true, false],
    [['create', 'update', 'destroy'], false, false],
    [['destroy', 'create'], true, true],
  ])('with %j in it, of an environment that is there: %s, means it will be: %s', async (known) => {
    const [kinds, isThere, willBe] = known;
    const runs = kinds.map((kind, at) => {
      const template = kind === 'destroy' ? null : runRecord().template;
      return runRecord({ id: `run-${9 - at}`, kind, order: at + 1, status: 'queued', template });
    });
    const writes = [...runs.map(putRun), ...putShop(isThere ? 'ok' : null, kinds.length)];
    const { context } = await intakeRoom(writes);
    const line = await readLine(context.store, 'shop');
    expect(line.willExist).toBe(willBe);
    expect(line.runs.map(({ kind }) => kind)).toEqual(kinds);
    expect(line.order).toBe(kinds.length + 1);
    expect(line.lastBuild?.kind).toBe(kinds.findLast((kind) => kind !== 'destroy'));
  });

  test('does not count runs that have ended, nor an environment that is destroyed', async () => {
    const writes = [putRun(runRecord({ status: 'failed' })), ...putShop('destroyed', 1)];
    const { context } = await intakeRoom(writes);
    const line = await readLine(context.store, 'shop');
    expect(line).toMatchObject({ willExist: false, runs: [] });
  });
});
