import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { plan } from '../../support/plan.ts';
import { buildWorld } from '../../support/planned-world.ts';
import { resource as record } from '../../support/records.ts';
import { resource, template } from '../../support/templates.ts';
import { applied, LEFT, workerSide } from '../../support/worker-side.ts';

const update = (version: string): Command => ({
  type: 'environment.update',
  data: { name: 'one', template: `sample@${version}` },
});

/** `b` stands on `a`, and in version 2 on nothing: a change of it is what an update does first. */
async function halfUpdated() {
  const side = await workerSide([resource('a'), resource('b', { needs: ['a'] })]);
  const { room, begin, desk } = side;
  for (const address of ['a[0]', 'b[0]']) {
    const { claim } = await begin(address);
    await desk.report(claim, applied());
  }
  await room.publish(template('2.0.0', [resource('a'), resource('b', { with: { size: 2 } })]));
  await room.clock.advance(1_000);
  await room.send(update('2.0.0'));
  const begun = await begin('b[0]');
  const edges = async () =>
    (await room.context.store.get('resources', 'one/b[0]'))?.value.dependsOn;
  return { ...side, begun, edges };
}

describe('what a resource is recorded to depend on', () => {
  test('is, until a change has succeeded, also what it stood on before', async () => {
    const { edges, desk, begun } = await halfUpdated();
    expect(await edges()).toEqual(['a[0]']);
    await desk.report(begun.claim, applied());
    expect(await edges()).toEqual([]);
  });

  test('stays so where the change failed: what is there may still be the old one', async () => {
    const { edges, desk, begun } = await halfUpdated();
    const failure = { code: 'STEP_FAILED', message: 'no', detail: null, address: null } as const;
    await desk.report(begun.claim, { kind: 'failed', failure, retryable: false, remains: LEFT });
    expect(await edges()).toEqual(['a[0]']);
  });
});

describe('a resource that is left alone', () => {
  const chain = (size: number, more = false) =>
    template(more ? '2.0.0' : '1.0.0', [
      resource('a', { with: { size } }),
      resource('b', { needs: ['a'] }),
      resource('c', { needs: ['b'] }),
      ...(more ? [resource('d', { needs: ['c'] })] : []),
    ]);

  const joints = (desired: ReturnType<typeof template>, recorded = chain(1)) =>
    plan(desired, buildWorld(recorded, {}).records, { parameters: {} }).resources.map(
      ({ address, action, isJoint }) => [address, action, isJoint],
    );

  /** Of version 1; version 2 changes its first resource and adds another one behind its last. */
  async function built() {
    const ledger = createLedger();
    const house = await openHouse(ledger);
    await house.publish(chain(1));
    await house.publish(chain(2, true));
    await house.run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample@1.0.0' },
    });
    return { house, ledger };
  }

  test('has a step where others wait through it for what it needs, and counts as unchanged', () => {
    expect(joints(chain(2, true))).toEqual([
      ['a[0]', 'change', false],
      ['b[0]', 'leave', true],
      ['c[0]', 'leave', true],
      ['d[0]', 'create', false],
    ]);
  });

  test('has none where nothing is behind it, or nothing before it', () => {
    const without = ([, action, isJoint]: unknown[]) => action === 'leave' && isJoint === true;
    expect(joints(chain(2)).filter(without)).toEqual([]);
    expect(joints(chain(1, true)).filter(without)).toEqual([]);
  });

  test('keeps what is behind it from beginning before what it needs has ended', async () => {
    const { house, ledger } = await built();
    const before = ledger.effects.length;
    let open = () => {};
    ledger.behave('one/a[0]', { gate: new Promise((resolve) => (open = resolve)) });
    const runId = await house.send(update('2.0.0'));
    while (ledger.effects.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    open();
    const run = await house.ended(runId);
    expect(run).toMatchObject({ status: 'succeeded', summary: { change: 1, unchanged: 2 } });
    expect(ledger.effects.slice(before)).toEqual([
      { what: 'begin', key: 'one/a[0]' },
      { what: 'apply', key: 'one/a[0]' },
      { what: 'begin', key: 'one/d[0]' },
      { what: 'apply', key: 'one/d[0]' },
    ]);
  });

  test('is skipped with what is behind it where what it needs fails', async () => {
    const { house, ledger } = await built();
    ledger.behave('one/a[0]', { failures: 1 });
    const run = await house.run(update('2.0.0'));
    const steps = await house.steps(run.id);
    expect(steps.map(({ address, status }) => [address, status])).toEqual([
      ['a[0]', 'failed'],
      ['b[0]', 'skipped'],
      ['c[0]', 'skipped'],
      ['d[0]', 'skipped'],
    ]);
    expect((await house.store.get('resources', 'one/b[0]'))?.value.status).toBe('ok');
  });
});

describe('a record that this process remembers less newly than its step', () => {
  test('is read again before a report is recorded upon it', async () => {
    const { room, begin, desk } = await workerSide([resource('a')]);
    const { claim } = await begin();
    const { store } = room.context;
    const stored = (await store.get('resources', 'one/a[0]'))?.value ?? record({ id: 'a' });
    // As if another replica had written it, and the news of it was lost on the way here.
    const value = { ...stored, createdAtMs: 7 };
    const unwatched = store.commit({
      scope: 'one',
      expect: [],
      writes: [{ kind: 'put', collection: 'resources', key: 'one/a[0]', value }],
      events: [],
    });
    await room.clock.finish(unwatched);
    expect(await desk.report(claim, applied())).toBe('recorded');
    const after = await store.get('resources', 'one/a[0]');
    expect(after?.value).toMatchObject({ status: 'ok', createdAtMs: 7 });
  });
});
