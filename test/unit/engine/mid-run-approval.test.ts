import { describe, expect, onTestFinished, test } from 'vitest';
import type { PlannedChange } from '../../../src/executors/planned.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { type House, openHouse, pause } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const sample = template(
  '1.0.0',
  [
    resource('a', { with: { size: '${parameters.size}' } }),
    resource('b', { needs: ['a'], with: { from: '${resources.a.outputs.size}' } }),
    resource('c', { with: { size: '${parameters.size}' } }),
  ],
  { parameters: { type: 'object', properties: { size: { type: 'integer', default: 1 } } } },
);

const replacing = (subject: string): PlannedChange => ({
  subject,
  action: 'replace',
  lines: ['zone: "a" -> "b"'],
});

async function waiting(house: House, runId: string, cause: string): Promise<RunRecord> {
  for (;;) {
    const run = (await house.store.get('runs', runId))?.value;
    if (run?.status === 'awaiting-approval' && run.approval?.cause === cause) return run;
    await pause(5);
  }
}

/** An update whose plan is approved, and of which `b` would replace its disk. */
async function held(store?: Store) {
  const ledger = createLedger();
  const house = await openHouse({ ...ledger, ...(store === undefined ? {} : { store }) });
  await house.publish(sample);
  const create = { name: 'one', template: 'sample' };
  await house.run({ type: 'environment.create', data: create });
  ledger.behave('one/b[0]', { changes: [replacing('disk')] });
  const data = { name: 'one', parameters: { size: 2 }, approval: 'required' } as const;
  const runId = await house.send({ type: 'environment.update', data });
  await waiting(house, runId, 'plan');
  await house.send({ type: 'run.approve', data: { run: runId } });
  return { ledger, house, runId };
}

describe('a step that would replace what nobody approved', () => {
  test('pauses its run, which shows what and why, and goes on once that is approved', async () => {
    const { ledger, house, runId } = await held();
    const run = await waiting(house, runId, 'steps');
    expect(run).toMatchObject({ lease: null, approval: { approved: null } });
    const plan = (await house.store.get('plans', runId))?.value;
    expect(plan).toMatchObject({
      digest: run.approval?.plan,
      resources: [{ label: 'b', losses: [{ action: 'replace', subject: 'disk' }] }],
    });
    const steps = await house.steps(runId);
    expect(Object.fromEntries(steps.map(({ label, status }) => [label, status]))).toEqual({
      a: 'succeeded',
      b: 'pending',
      c: 'succeeded',
    });
    expect((await house.store.get('environments', 'one'))?.value.status).toBe('deploying');
    expect(ledger.done('apply').filter((key) => key === 'one/b[0]')).toHaveLength(1);

    await house.send({ type: 'run.approve', data: { run: runId, plan: plan?.digest ?? '' } });
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
    expect(ledger.done('apply').filter((key) => key === 'one/b[0]')).toHaveLength(2);
    const step = (await house.steps(runId)).find(({ label }) => label === 'b');
    expect(step).toMatchObject({ attempt: 1, guard: { approved: ['replace disk'], held: null } });
  });

  test('asks again for what else it would replace then', async () => {
    const { ledger, house, runId } = await held();
    const first = await waiting(house, runId, 'steps');
    ledger.behave('one/b[0]', { changes: [replacing('disk'), replacing('address')] });
    await house.send({ type: 'run.approve', data: { run: runId } });
    for (let run = first; run.approval?.plan === first.approval?.plan; await pause(5)) {
      run = await waiting(house, runId, 'steps');
    }
    const plan = (await house.store.get('plans', runId))?.value;
    expect(plan?.resources[0]?.losses).toMatchObject([{ subject: 'address' }]);
    await house.send({ type: 'run.approve', data: { run: runId } });
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('is not done where it is refused: the run ends, and the next one goes on there', async () => {
    const { ledger, house, runId } = await held();
    await waiting(house, runId, 'steps');
    await house.send({ type: 'run.cancel', data: { run: runId, reason: 'keep the disk' } });
    expect(await house.ended(runId)).toMatchObject({
      status: 'cancelled',
      failure: { message: expect.stringContaining('keep the disk') },
    });
    const step = (await house.steps(runId)).find(({ label }) => label === 'b');
    expect(step?.status).toBe('cancelled');
    expect((await house.store.get('environments', 'one'))?.value.status).toBe('failed');
    expect(ledger.done('apply').filter((key) => key === 'one/b[0]')).toHaveLength(1);
  });

  test('is waited for across a kill of the process', async () => {
    const store = createSqliteStore({ path: ':memory:', clock: systemClock });
    onTestFinished(() => store.close());
    const { ledger, house, runId } = await held(store);
    const asked = await waiting(house, runId, 'steps');
    house.abandon();
    const second = await openHouse({ ...ledger, store });
    await pause(60);
    expect(await waiting(second, runId, 'steps')).toEqual(asked);
    await second.send({ type: 'run.approve', data: { run: runId } });
    expect(await second.ended(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('lets others end that were under way, and begins none beside them', async () => {
    const { ledger, house, runId } = await heldBesides();
    await waitingStep(house, runId, 'b');
    expect((await house.store.get('runs', runId))?.value.status).toBe('running');
    ledger.letGo();
    await waiting(house, runId, 'steps');
    expect(await statusOf(house, runId, 'c')).toBe('succeeded');
    expect(await statusOf(house, runId, 'd')).toBe('pending');
    await house.send({ type: 'run.approve', data: { run: runId } });
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
  });
});

/** While `b` is held `c` is under way, and `d` comes after that. */
async function heldBesides() {
  const ledger = createLedger();
  const house = await openHouse(ledger);
  const size = { size: '${parameters.size}' };
  const resources = [
    resource('b', { with: size }),
    resource('c', { with: size }),
    resource('d', { needs: ['c'], with: { of: '${resources.c.outputs.size}' } }),
  ];
  await house.publish(template('1.0.0', resources, { parameters: sample.parameters }));
  const create = { name: 'one', template: 'sample' };
  await house.run({ type: 'environment.create', data: create });
  const gate = Promise.withResolvers<void>();
  ledger.behave('one/b[0]', { changes: [replacing('disk')] });
  ledger.behave('one/c[0]', { gate: gate.promise });
  const data = { name: 'one', parameters: { size: 2 }, approval: 'required' } as const;
  const runId = await house.send({ type: 'environment.update', data });
  await waiting(house, runId, 'plan');
  await house.send({ type: 'run.approve', data: { run: runId } });
  return { ledger: { ...ledger, letGo: gate.resolve }, house, runId };
}

async function statusOf(house: House, runId: string, label: string) {
  return (await house.steps(runId)).find((step) => step.label === label)?.status;
}

async function waitingStep(house: House, runId: string, label: string): Promise<void> {
  for (;;) {
    const step = (await house.steps(runId)).find((one) => one.label === label);
    if ((step?.guard?.held ?? null) !== null) return;
    await pause(5);
  }
}
