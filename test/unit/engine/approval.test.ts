import { describe, expect, onTestFinished, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { type House, type HouseOptions, openHouse, pause } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const chain = [
  resource('a', { with: { size: '${parameters.size}' } }),
  resource('b', { needs: ['a'], with: { from: '${resources.a.outputs.of}' } }),
];
const parameters = { type: 'object', properties: { size: { type: 'integer', default: 1 } } };
const sample = template('1.0.0', chain, { parameters });

type Build<T> = Extract<Command, { type: T }>['data'];

const create = (more: Partial<Build<'environment.create'>> = {}): Command => ({
  type: 'environment.create',
  data: { name: 'one', template: 'sample', ...more },
});
const update = (more: Partial<Build<'environment.update'>> = {}): Command => ({
  type: 'environment.update',
  data: { name: 'one', parameters: { size: 2 }, ...more },
});

async function opened(options: Partial<HouseOptions> = {}) {
  const ledger = createLedger();
  const house = await openHouse({ ...ledger, ...options });
  await house.publish(sample);
  return { ledger, house };
}

async function waiting(house: House, runId: string, plan?: string): Promise<RunRecord> {
  for (;;) {
    const run = (await house.store.get('runs', runId))?.value;
    const isOther = run?.approval?.plan !== plan;
    if (run?.status === 'awaiting-approval' && isOther) return run;
    await pause(5);
  }
}

async function eventsOf({ store }: House, runId: string) {
  const found = await store.events({ runId, limit: 1_000 });
  return found.map(({ event }) => event);
}

const approve = (run: string, plan?: string): Command => ({
  type: 'run.approve',
  data: { run, ...(plan === undefined ? {} : { plan }) },
});

describe('a run that needs an approval', () => {
  test('does nothing before somebody approves its plan, and all of it afterwards', async () => {
    const { ledger, house } = await opened();
    const runId = await house.send(create({ approval: 'required' }));
    const run = await waiting(house, runId);
    expect(run).toMatchObject({ lease: null, epoch: 0, startedAtMs: null });
    expect(await house.store.get('environments', 'one')).toBeUndefined();
    const plan = (await house.store.get('plans', runId))?.value;
    expect(plan).toMatchObject({ digest: run.approval?.plan, summary: { create: 2 } });
    expect(plan?.resources.map(({ label, action }) => [label, action])).toEqual([
      ['a', 'create'],
      ['b', 'create'],
    ]);
    expect(ledger.effects).toEqual([]);

    await house.send(approve(runId, plan?.digest));
    const ended = await house.ended(runId);
    expect(ended).toMatchObject({ status: 'succeeded', approval: { approved: { by: 'test' } } });
    expect(ledger.done('apply')).toEqual(['one/a[0]', 'one/b[0]']);
    const told = (await eventsOf(house, runId)).map(({ type }) => type);
    expect(told.filter((type) => type.startsWith('run.'))).toEqual([
      'run.queued',
      'run.awaiting-approval',
      'run.approved',
      'run.planning',
      'run.running',
      'run.succeeded',
    ]);
    const audit = await house.store.find('audit', { where: { subject: runId } });
    expect(audit.map(({ value }) => value)).toMatchObject([
      { actor: 'test', action: 'run.approve', detail: { plan: plan?.digest } },
    ]);
  });

  test('leaves the environment as it is when it is refused, and says why', async () => {
    const { ledger, house } = await opened();
    await house.run(create());
    const runId = await house.send(update({ approval: 'required' }));
    await waiting(house, runId);
    expect((await house.store.get('environments', 'one'))?.value.status).toBe('ok');
    await house.send({ type: 'run.cancel', data: { run: runId, reason: 'not on a Friday' } });
    expect(await house.ended(runId)).toMatchObject({
      status: 'cancelled',
      cancelReason: 'not on a Friday',
      failure: {
        code: 'RUN_CANCELLED',
        message: `Run ${runId} was cancelled while its plan waited for an approval: not on a Friday`,
      },
    });
    expect((await house.store.get('environments', 'one'))?.value).toMatchObject({
      status: 'ok',
      activeRunId: null,
      parameters: { size: 1 },
    });
    expect(ledger.done('apply')).toHaveLength(2);
    await expect(house.send(approve(runId))).rejects.toThrow('RUN_NOT_AWAITING');
  });

  test('is not approved by who looked at another plan', async () => {
    const { ledger, house } = await opened();
    const runId = await house.send(create({ approval: 'required' }));
    await waiting(house, runId);
    await expect(house.send(approve(runId, 'sha256:other'))).rejects.toThrow('PLAN_CHANGED');
    expect((await waiting(house, runId)).approval?.approved).toBeNull();
    expect(ledger.effects).toEqual([]);
  });

  test('shows what changes from what to what, and what is known after deploy', async () => {
    const { house } = await opened();
    await house.run(create());
    const runId = await house.send(update({ approval: 'required' }));
    await waiting(house, runId);
    const plan = (await house.store.get('plans', runId))?.value;
    expect(plan?.resources).toMatchObject([
      { label: 'a', action: 'change', inputs: [{ path: 'size', before: '1', after: '2' }] },
      { label: 'b', action: 'decide', reason: 'known after deploy: outputs of a', inputs: [] },
    ]);
  });

  test('is asked for by a destroy as well, which lists what goes', async () => {
    const { ledger, house } = await opened();
    await house.run(create());
    const destroy = { name: 'one', approval: 'required' } as const;
    const runId = await house.send({ type: 'environment.destroy', data: destroy });
    await waiting(house, runId);
    expect((await house.store.get('environments', 'one'))?.value.status).toBe('ok');
    expect((await house.store.get('plans', runId))?.value.resources).toMatchObject([
      { label: 'b', action: 'remove' },
      { label: 'a', action: 'remove' },
    ]);
    await house.send(approve(runId));
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
    expect(ledger.existing.size).toBe(0);
  });
});

describe('an approval', () => {
  test('is needed by each run of an environment that asks for it, also to take that off', async () => {
    const { house } = await opened();
    const first = await house.send(create({ requireApproval: true }));
    expect(await waiting(house, first)).toMatchObject({ approval: { requiredBy: 'environment' } });
    await house.send(approve(first));
    await house.ended(first);
    const second = await house.send(update({ requireApproval: false }));
    await waiting(house, second);
    await house.send(approve(second));
    await house.ended(second);
    expect(await house.run(update({ parameters: { size: 3 } }))).toMatchObject({
      status: 'succeeded',
      approval: null,
    });
  });

  test('is needed by each run of a template that asks for it, also to leave that template', async () => {
    const { house } = await opened();
    const strict = template('2.0.0', chain, { parameters, approval: 'required' });
    await house.publish(strict);
    const first = await house.send(create());
    expect(await waiting(house, first)).toMatchObject({ approval: { requiredBy: 'template' } });
    await house.send(approve(first));
    await house.ended(first);
    const second = await house.send(update({ template: 'sample@1.0.0' }));
    expect(await waiting(house, second)).toMatchObject({ approval: { requiredBy: 'template' } });
  });

  test('is needed again by a retry', async () => {
    const { ledger, house } = await opened();
    ledger.behave('one/b[0]', { failures: 1, retryable: false });
    const first = await house.send(create({ approval: 'required' }));
    await waiting(house, first);
    await house.send(approve(first));
    expect(await house.ended(first)).toMatchObject({ status: 'failed' });
    const again = await house.send({ type: 'run.retry', data: { run: first } });
    expect(await waiting(house, again)).toMatchObject({
      retryOf: first,
      approval: { requiredBy: 'command', approved: null },
    });
    expect((await house.store.get('plans', again))?.value.resources).toMatchObject([
      { label: 'b', action: 'change' },
    ]);
    await house.send(approve(again));
    expect(await house.ended(again)).toMatchObject({ status: 'succeeded' });
  });

  test('counts for the plan that was looked at: another one is asked about anew', async () => {
    const { ledger, house } = await opened();
    await house.run(create());
    const runId = await house.send(update({ approval: 'required' }));
    const first = await waiting(house, runId);
    const looked = first.approval?.plan ?? undefined;
    const key = 'one/b[0]';
    const stored = await house.store.get('resources', key);
    if (stored === undefined) throw new Error('b is not recorded');
    await house.store.commit({
      scope: 'one',
      expect: [],
      writes: [
        { kind: 'put', collection: 'resources', key, value: { ...stored.value, status: 'failed' } },
      ],
      events: [],
    });
    const second = await waiting(house, runId, looked);
    expect(second.approval).toMatchObject({ cause: 'stale', approved: null });
    await expect(house.send(approve(runId, looked))).rejects.toThrow('PLAN_CHANGED');
    await house.send(approve(runId, second.approval?.plan ?? ''));
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
    expect(ledger.done('apply')).toEqual(['one/a[0]', 'one/b[0]', 'one/a[0]', 'one/b[0]']);
  });
});

describe('a run that waits for an approval', () => {
  test('goes on waiting after its process was killed, and is done by the next one', async () => {
    const ledger = createLedger();
    const store = createSqliteStore({ path: ':memory:', clock: systemClock });
    onTestFinished(() => store.close());
    const first = await openHouse({ ...ledger, store });
    await first.publish(sample);
    const runId = await first.send(create({ approval: 'required' }));
    const asked = await waiting(first, runId);
    first.abandon();
    const second = await openHouse({ ...ledger, store });
    expect(second.resumed).toEqual([]);
    await pause(60);
    expect(await waiting(second, runId)).toEqual(asked);
    await second.send(approve(runId));
    expect(await second.ended(runId)).toMatchObject({ status: 'succeeded', epoch: 1 });
  });

  test('takes no place of those that are under way', async () => {
    const { house } = await opened({ settings: { runsActiveMax: 1 } });
    const runId = await house.send(create({ approval: 'required' }));
    await waiting(house, runId);
    const other = await house.run(create({ name: 'two' }));
    expect(other.status).toBe('succeeded');
    // In its own environment those behind it wait: the order of acceptance holds.
    const behind = await house.send(update());
    await pause(40);
    expect((await house.store.get('runs', behind))?.value.status).toBe('queued');
    await house.send(approve(runId));
    expect(await house.ended(behind)).toMatchObject({ status: 'succeeded' });
  });

  test('is cancelled where nobody answers within the time that is set', async () => {
    // With another server on the store it looks at every tick.
    const settings = { approvalWaitMaxMs: 1, otherHoldersAreDead: false };
    const { ledger, house } = await opened({ settings });
    const runId = await house.send(create({ approval: 'required' }));
    expect(await house.ended(runId)).toMatchObject({
      status: 'cancelled',
      failure: { code: 'APPROVAL_TIMEOUT' },
    });
    expect(ledger.effects).toEqual([]);
  });
});
