import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import { hasDrifted } from '../../../src/model/drift.ts';
import type { ResourceTemplate } from '../../../src/model/template.ts';
import { type House, openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

type Reconcile = Extract<Command, { type: 'environment.reconcile' }>;

const create: Command = {
  type: 'environment.create',
  data: { name: 'one', template: 'sample@1.0.0' },
};
const reconcile = (data: Partial<Reconcile['data']> = {}): Command => ({
  type: 'environment.reconcile',
  data: { name: 'one', ...data },
});

const GRAPH = [
  resource('base', { with: { size: 1 } }),
  resource('reader', { needs: ['base'], with: { version: '${resources.base.outputs.version}' } }),
  resource('same', { needs: ['base'], with: { of: '${resources.base.outputs.of}' } }),
  resource('alone'),
];

/** An environment of four resources, built, and a ledger that tells what is done to it from now on. */
async function built(resources: ResourceTemplate[] = GRAPH, canInspect = true) {
  const ledger = createLedger({ canInspect });
  const house = await openHouse(ledger);
  await house.publish(template('1.0.0', resources));
  await house.run(create);
  ledger.effects.length = 0;
  return { ledger, ...house };
}

const resultsOf = async (house: Pick<House, 'steps'>, runId: string) =>
  Object.fromEntries((await house.steps(runId)).map((step) => [step.label, step.result]));

const environmentOf = async ({ store }: Pick<House, 'store'>) =>
  (await store.get('environments', 'one'))?.value;

const driftOf = async ({ store }: Pick<House, 'store'>, address: string) =>
  (await store.get('resources', `one/${address}`))?.value.drift;

const eventsOf = async ({ store }: Pick<House, 'store'>, type: string) =>
  (await store.events({ limit: 10_000 })).flatMap(({ event }) =>
    event.type === type ? [event] : [],
  );

describe('a reconciliation that only looks', () => {
  test('inspects all that is recorded, finds it as it was made, and changes nothing', async () => {
    const house = await built();
    const before = await environmentOf(house);
    const run = await house.run(reconcile());
    expect(run).toMatchObject({ status: 'succeeded', kind: 'reconcile', summary: { look: 4 } });
    expect(house.ledger.done('inspect').toSorted()).toEqual(
      ['alone', 'base', 'reader', 'same'].map((id) => `one/${id}[0]`),
    );
    expect(house.ledger.done('begin')).toEqual([]);
    expect(new Set(Object.values(await resultsOf(house, run.id)))).toEqual(new Set(['unchanged']));
    expect(await environmentOf(house)).toEqual(before);
    expect(await driftOf(house, 'base[0]')).toMatchObject({ runId: run.id, finding: 'present' });
    expect(await eventsOf(house, 'drift.detected')).toEqual([]);
  });

  test('records and tells what has drifted, and leaves it so', async () => {
    const house = await built();
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.existing.delete('one/alone[0]');
    const run = await house.run(reconcile());
    expect(run.status).toBe('succeeded');
    expect(await resultsOf(house, run.id)).toEqual({
      base: 'drifted',
      reader: 'unchanged',
      same: 'unchanged',
      alone: 'drifted',
    });
    expect(await driftOf(house, 'base[0]')).toMatchObject({
      finding: 'partial',
      counts: { changed: 1, missing: 0, extra: 0, noise: 0 },
    });
    expect(await driftOf(house, 'alone[0]')).toMatchObject({
      finding: 'absent',
      counts: { missing: 1 },
      deviations: [{ subject: 'alone', kind: 'missing' }],
    });
    const told = await eventsOf(house, 'drift.detected');
    expect(told.map(({ address }) => address).toSorted()).toEqual(['alone[0]', 'base[0]']);
    expect(told[0]).toMatchObject({ runId: run.id, data: { environment: 'one', healing: false } });
    expect(await environmentOf(house)).toMatchObject({ status: 'ok', activeRunId: null });
    expect(house.ledger.done('apply')).toEqual([]);
  });

  test('takes for noise what the template ignores', async () => {
    const ignore = ['tags.*', 'notes'];
    const house = await built([resource('base', { drift: { ignore, heal: true } })]);
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.behave('one/base[0]', {
      differences: [
        { subject: 'tags.owner', kind: 'changed', detail: 'a -> b' },
        { subject: 'base/notes', path: 'notes[0]', kind: 'extra', detail: 'is there' },
      ],
    });
    const run = await house.run(reconcile());
    expect(await resultsOf(house, run.id)).toEqual({ base: 'unchanged' });
    expect(await driftOf(house, 'base[0]')).toMatchObject({
      finding: 'partial',
      counts: { changed: 0, extra: 0, noise: 2 },
    });
    expect(await eventsOf(house, 'drift.detected')).toEqual([]);
    expect(house.ledger.done('apply')).toEqual([]);
  });

  test('looks at those that are named alone', async () => {
    const house = await built();
    const run = await house.run(reconcile({ resources: ['base', 'alone[0]'] }));
    expect(Object.keys(await resultsOf(house, run.id)).toSorted()).toEqual(['alone', 'base']);
    const unknown = house.send(reconcile({ resources: ['bass'] }));
    await expect(unknown).rejects.toThrow(/RESOURCE_NOT_FOUND.*"base"/);
  });

  test('passes over what its executor cannot inspect', async () => {
    const house = await built(GRAPH, false);
    const run = await house.run(reconcile());
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(await house.steps(run.id)).toEqual([]);
  });

  test('is tried again where looking failed, and says nothing of the environment when it gave up', async () => {
    const house = await built();
    house.ledger.behave('one/base[0]', { blindness: 1 });
    expect(await house.run(reconcile())).toMatchObject({ status: 'succeeded' });
    house.ledger.behave('one/base[0]', { blindness: 100 });
    expect(await house.run(reconcile())).toMatchObject({ status: 'failed' });
    expect(await environmentOf(house)).toMatchObject({
      status: 'ok',
      activeRunId: null,
      lastRunSucceeded: true,
    });
    expect((await house.store.get('resources', 'one/base[0]'))?.value.status).toBe('ok');
  });

  test('waits in line like others, and is refused where there is nothing to look at', async () => {
    const house = await built();
    const first = await house.send(reconcile());
    const second = await house.send({ type: 'environment.destroy', data: { name: 'one' } });
    await expect(house.send(reconcile())).rejects.toThrow('ENVIRONMENT_NOT_FOUND');
    expect((await house.ended(first)).status).toBe('succeeded');
    expect((await house.ended(second)).status).toBe('succeeded');
    await expect(house.send(reconcile())).rejects.toThrow('ENVIRONMENT_NOT_FOUND');
  });

  test('of an environment that failed looks at what was built and heals nothing unasked', async () => {
    const ledger = createLedger();
    const house = { ledger, ...(await openHouse(ledger)) };
    const healed = { drift: { ignore: [], heal: true } };
    await house.publish(template('1.0.0', [resource('base', healed), resource('alone')]));
    ledger.behave('one/alone[0]', { failures: 1 });
    expect(await house.run(create)).toMatchObject({ status: 'failed' });
    ledger.existing.set('one/base[0]', 'something else');
    ledger.effects.length = 0;
    const run = await house.run(reconcile());
    expect(await resultsOf(house, run.id)).toEqual({ base: 'drifted' });
    expect(await environmentOf(house)).toMatchObject({ status: 'failed', lastRunSucceeded: false });
    expect(ledger.done('apply')).toEqual([]);
  });
});

describe('a reconciliation that heals', () => {
  test('builds again what has drifted, and what reads outputs that have changed by it', async () => {
    const house = await built();
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.bump('one/base[0]');
    const run = await house.run(reconcile({ heal: true }));
    expect(run.status).toBe('succeeded');
    expect(await resultsOf(house, run.id)).toEqual({
      base: 'changed',
      reader: 'changed',
      same: 'unchanged',
      alone: 'unchanged',
    });
    expect(house.ledger.done('apply')).toEqual(['one/base[0]', 'one/reader[0]']);
    expect(await driftOf(house, 'base[0]')).toBeNull();
    const environment = await environmentOf(house);
    expect(environment).toMatchObject({ status: 'ok', lastRunId: run.id, activeRunId: null });
    const after = await house.run(reconcile());
    expect(new Set(Object.values(await resultsOf(house, after.id)))).toEqual(
      new Set(['unchanged']),
    );
  });

  test('makes again what is missing', async () => {
    const house = await built();
    house.ledger.existing.delete('one/alone[0]');
    const run = await house.run(reconcile({ heal: true }));
    expect(await resultsOf(house, run.id)).toMatchObject({ alone: 'created', base: 'unchanged' });
    expect(house.ledger.existing.has('one/alone[0]')).toBe(true);
    const statuses = (await eventsOf(house, 'environment.deploying')).map(({ runId }) => runId);
    expect(statuses).toContain(run.id);
  });

  test('leaves the environment as it is where there was nothing to heal', async () => {
    const house = await built();
    const before = await environmentOf(house);
    expect(await house.run(reconcile({ heal: true }))).toMatchObject({ status: 'succeeded' });
    expect(await environmentOf(house)).toEqual(before);
  });

  test('heals unasked where the template says so, there alone, and nowhere when told not to', async () => {
    const drift = { ignore: [], heal: true };
    const house = await built([resource('kept', { drift }), resource('left')]);
    const disturb = () => {
      for (const id of ['kept', 'left']) house.ledger.existing.set(`one/${id}[0]`, 'else');
    };
    disturb();
    const first = await house.run(reconcile({ heal: false }));
    expect(await resultsOf(house, first.id)).toEqual({ kept: 'drifted', left: 'drifted' });
    const second = await house.run(reconcile());
    expect(await resultsOf(house, second.id)).toEqual({ kept: 'changed', left: 'drifted' });
    disturb();
    const third = await house.run(reconcile({ heal: true, resources: ['left'] }));
    expect(await resultsOf(house, third.id)).toEqual({ left: 'changed' });
    expect(house.ledger.existing.get('one/kept[0]')).toBe('else');
  });

  test('builds what was not looked at itself but reads what was healed', async () => {
    const house = await built();
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.bump('one/base[0]');
    const run = await house.run(reconcile({ heal: true, resources: ['base'] }));
    expect(await resultsOf(house, run.id)).toEqual({
      base: 'changed',
      reader: 'changed',
      same: 'unchanged',
    });
  });

  test('that fails leaves the environment failed, and its retry heals the rest', async () => {
    const house = await built();
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.existing.set('one/reader[0]', 'something else');
    house.ledger.behave('one/base[0]', { failures: 1 });
    const run = await house.run(reconcile({ heal: true }));
    expect(run.status).toBe('failed');
    expect(await environmentOf(house)).toMatchObject({ status: 'failed', lastRunSucceeded: false });
    const retried = await house.run({ type: 'run.retry', data: { run: run.id } });
    expect(retried).toMatchObject({ status: 'succeeded', kind: 'reconcile' });
    expect(await resultsOf(house, retried.id)).toMatchObject({ base: 'changed' });
    expect(house.ledger.done('apply')).toEqual(['one/base[0]', 'one/reader[0]']);
    expect(await environmentOf(house)).toMatchObject({ status: 'ok', lastRunSucceeded: true });
  });

  test('asked for after a build that failed goes on with that build', async () => {
    const ledger = createLedger();
    const house = { ledger, ...(await openHouse(ledger)) };
    await house.publish(template('1.0.0', [resource('base'), resource('alone')]));
    ledger.behave('one/alone[0]', { failures: 1 });
    await house.run(create);
    ledger.existing.set('one/base[0]', 'something else');
    const run = await house.run(reconcile({ heal: true }));
    expect(run.status).toBe('succeeded');
    expect(await resultsOf(house, run.id)).toEqual({ base: 'changed', alone: 'changed' });
    expect(await environmentOf(house)).toMatchObject({ status: 'ok' });
  });

  test('that is cancelled while it heals leaves the environment failed', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const house = await built();
    house.ledger.existing.set('one/base[0]', 'something else');
    house.ledger.behave('one/base[0]', { gate });
    const id = await house.send(reconcile({ heal: true }));
    while (house.ledger.done('begin').length === 0) await new Promise((go) => setTimeout(go, 5));
    await house.run({ type: 'run.cancel', data: { run: id } });
    open();
    expect(await house.ended(id)).toMatchObject({ status: 'cancelled' });
    expect(await environmentOf(house)).toMatchObject({ status: 'failed', activeRunId: null });
  });
});

test('what was looked at has drifted as long as something differs that counts', () => {
  const counts = { changed: 0, missing: 0, extra: 0, noise: 3 };
  expect(hasDrifted(null)).toBe(false);
  expect(hasDrifted({ counts })).toBe(false);
  expect(hasDrifted({ counts: { ...counts, extra: 1 } })).toBe(true);
});
