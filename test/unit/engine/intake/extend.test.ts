import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import { intakeRoom, putRun, putShop, submit } from '../../../support/intake.ts';
import { run as runRecord } from '../../../support/records.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';

const DAY_MS = 24 * 3_600_000;

const extend = (plannedDestructionAt: string | null): Command => ({
  type: 'environment.extend',
  data: { name: 'shop', plannedDestructionAt },
});

const inDays = ({ clock }: Room, days: number) =>
  new Date(clock.nowMs() + days * DAY_MS).toISOString();

const endOf = async ({ context }: Room) =>
  (await context.store.get('environments', 'shop'))?.value.plannedDestructionAtMs;

const told = async ({ context }: Room) =>
  (await context.store.events({ scope: 'shop', limit: 100 }))
    .filter(({ event }) => event.type === 'environment.extended')
    .map(({ event }) => event.data);

describe('the end of an environment', () => {
  test('is set, moved and taken back without a run, each told once', async () => {
    const opened = await intakeRoom(putShop('ok', 1));
    const [first, second] = [inDays(opened, 7), inDays(opened, 2)];
    const answer = await submit(opened, extend(first), 'e1');
    expect(answer).toEqual({ outcome: 'accepted', runId: null, repeated: false });
    expect(await endOf(opened)).toBe(Date.parse(first));
    await submit(opened, extend(second), 'e2');
    await submit(opened, extend(second), 'e3');
    expect(await submit(opened, extend(second), 'e2')).toMatchObject({ repeated: true });
    await submit(opened, extend(null), 'e4');
    expect(await endOf(opened)).toBeNull();
    expect(await opened.context.store.find('runs')).toEqual([]);
    expect(await told(opened)).toMatchObject([
      { plannedDestructionAt: first, before: null },
      { plannedDestructionAt: second, before: first },
      { plannedDestructionAt: null, before: second },
    ]);
  });

  test.for([
    [-1, 'EXPIRY_INVALID'],
    [0, 'EXPIRY_INVALID'],
    [3_700, 'LIMIT_EXCEEDED'],
  ] as const)('is not %d days away: %s', async ([days, code]) => {
    const opened = await intakeRoom(putShop('ok', 1));
    expect(await submit(opened, extend(inDays(opened, days)), 'e1')).toMatchObject({ code });
    expect(await endOf(opened)).toBeNull();
  });

  test.for(['soon', '2026-12-01', '2026-12-01T00:00'])(
    'is a time with a zone: %s',
    async (text) => {
      const opened = await intakeRoom(putShop('ok', 1));
      expect(await submit(opened, extend(text), 'e1')).toMatchObject({ code: 'COMMAND_INVALID' });
    },
  );

  test('is that of one that is there and stays', async () => {
    const refused = { code: 'ENVIRONMENT_NOT_FOUND' };
    const destroyed = await intakeRoom(putShop('destroyed', 1));
    expect(await submit(destroyed, extend(null), 'e1')).toMatchObject(refused);
    const missing = await intakeRoom();
    expect(await submit(missing, extend(null), 'e1')).toMatchObject(refused);
    const destroy = runRecord({ kind: 'destroy', status: 'queued', template: null });
    const doomed = await intakeRoom([putRun(destroy), ...putShop('ok', 1)]);
    expect(await submit(doomed, extend(null), 'e1')).toMatchObject(refused);
    const unbegun = await intakeRoom([
      putRun(runRecord({ status: 'queued' })),
      ...putShop(null, 1),
    ]);
    const answer = await submit(unbegun, extend(null), 'e1');
    expect(answer).toMatchObject({ ...refused, message: expect.stringContaining('has not begun') });
  });

  test('can be said with its creation, and moved while a run is under way', async () => {
    const room = await openRoom();
    await room.publish(template('1.0.0', [resource('a')]));
    const data = { name: 'shop', template: 'sample', plannedDestructionAt: inDays(room, 1) };
    await room.send({ type: 'environment.create', data });
    await room.clock.settle();
    expect(await endOf(room)).toBe(Date.parse(data.plannedDestructionAt));
    expect(room.orders).toHaveLength(1);
    await submit(room, extend(inDays(room, 3)), 'e1');
    expect(await endOf(room)).toBe(room.clock.nowMs() + 3 * DAY_MS);
    const past = { ...data, name: 'two', plannedDestructionAt: inDays(room, -1) };
    const refused = await submit(room, { type: 'environment.create', data: past }, 'c2');
    expect(refused).toMatchObject({ code: 'EXPIRY_INVALID' });
  });
});
