import { describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../../src/model/order.ts';
import type { ResourceTemplate } from '../../../src/model/template.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { type House, openHouse, pause } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

type Ledger = ReturnType<typeof createLedger>;

const create = { type: 'environment.create', data: { name: 'one', template: 'sample' } } as const;

/** Two houses on one store, as two servers would be: nobody is dead only because he is another. */
function replica(store: Store, ledger: Ledger, leaseMs = 150): Promise<House> {
  const leases = { runLeaseMs: leaseMs, claimLeaseMs: leaseMs };
  return openHouse({
    ...ledger,
    store,
    settings: { otherHoldersAreDead: false, ...leases, orderResendMs: 50 },
  });
}

const LONGER_THAN_THE_TEST_MS = 60_000;

function sharedStore(): Store {
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  return store;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(5);
}

/** A create whose first step has begun; nothing of it ends by itself. */
async function underWay(resources: ResourceTemplate[]) {
  const ledger = createLedger();
  const store = sharedStore();
  const house = await replica(store, ledger);
  await house.publish(template('1.0.0', resources));
  for (const { id } of resources) ledger.behave(`one/${id}[0]`, { gate: pause(100_000) });
  const runId = await house.send(create);
  await until(() => ledger.effects.length > 0);
  return { store, house, runId };
}

describe('two servers on one store', () => {
  test('never drive a run both, whoever takes it', async () => {
    const ledger = createLedger();
    const store = sharedStore();
    const open = () => replica(store, ledger, LONGER_THAN_THE_TEST_MS);
    const [left, right] = [await open(), await open()];
    await left.publish(template('1.0.0', [resource('a'), resource('b', { needs: ['a'] })]));
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? left : right).send({
          type: 'environment.create',
          data: { name: `e${at}`, template: 'sample' },
        }),
      ),
    );
    const runs = await Promise.all(ids.map((id) => left.ended(id)));
    expect(runs.map((run) => run.status)).toEqual(Array(20).fill('succeeded'));
    expect(runs.map((run) => run.epoch)).toEqual(Array(20).fill(1));
    expect(ledger.done('apply')).toHaveLength(40);
  });

  test('take over from one another when a lease has ended, and inspect what was under way', async () => {
    const ledger = createLedger();
    const store = sharedStore();
    ledger.behave('one/a[0]', { gate: pause(100_000) });
    const left = await replica(store, ledger);
    await left.publish(template('1.0.0', [resource('a'), resource('b', { needs: ['a'] })]));
    const runId = await left.send(create);
    await until(() => ledger.effects.length > 0);
    left.abandon();
    ledger.behave('one/a[0]', {});
    const right = await replica(store, ledger);
    const run = await right.ended(runId);
    expect(run).toMatchObject({ status: 'succeeded', epoch: 2 });
    expect(ledger.effects.map(({ what }) => what).filter((what) => what !== 'begin')).toEqual([
      'inspect',
      'apply',
      'apply',
    ]);
  });

  test('refuse the late report of a worker whose claim was lost, and keep it as evidence', async () => {
    const { store, house, runId } = await underWay([resource('a')]);
    const step = (await store.get('steps', `${runId}/a[0]`))?.value;
    const claim = {
      runId,
      environment: 'one',
      address: 'a[0]',
      claimToken: `not-${step?.claim?.token}`,
    };
    const remains = { record: { late: true }, parts: [], sealedState: 'sealed' };
    const late = { kind: 'applied', outputs: { late: true }, ...remains } as const;
    expect(await house.engine.desk.report(claim, late)).toBe('refused');
    expect((await store.get('steps', `${runId}/a[0]`))?.value.status).toBe('running');
    expect((await store.get('resources', 'one/a[0]'))?.value.record).toBeNull();
    expect(await house.engine.desk.heartbeat(claim)).toBe('stop');
    const kept = await store.get('states', `one/a[0]!${claim.claimToken}`);
    expect(kept?.value.sealed).toBe('sealed');
  });

  test('answer a report that comes again, because its answer was lost, as the first time', async () => {
    const { store, house, runId } = await underWay([
      resource('a'),
      resource('b', { needs: ['a'] }),
    ]);
    const step = (await store.get('steps', `${runId}/a[0]`))?.value;
    const claimToken = step?.claim?.token ?? '';
    const claim = { runId, environment: 'one', address: 'a[0]', claimToken };
    const report: Report = {
      kind: 'applied',
      outputs: {},
      record: null,
      parts: [],
      sealedState: null,
    };
    expect(await house.engine.desk.report(claim, report)).toBe('recorded');
    expect(await house.engine.desk.report(claim, report)).toBe('recorded');
    const events = await store.events({ runId, limit: 100 });
    const types = events.map(({ event }) => event.type);
    expect(types.filter((type) => type === 'step.succeeded')).toHaveLength(1);
    expect(types).not.toContain('step.report-refused');
  });

  test('refuse an order of an earlier epoch', async () => {
    const { house, runId } = await underWay([resource('a')]);
    const order = {
      runId,
      environment: 'one',
      address: 'a[0]',
      pool: 'default',
      operation: 'apply',
      attempt: 1,
      runEpoch: 0,
      clusterEpoch: 1,
    } as const;
    expect(await house.engine.desk.claim(order, 'w')).toBeUndefined();
    expect(await house.engine.desk.claim({ ...order, runEpoch: 1 }, 'w')).toBeUndefined();
  });
});

describe('places in a pool', () => {
  test('are given to runs in turn, so that a short run does not wait for a long one', async () => {
    const ledger = createLedger();
    const store = sharedStore();
    const house = await openHouse({
      ...ledger,
      store,
      settings: { pools: new Map([['default', { programs: 2, calls: 2 }]]) },
    });
    const many = Array.from({ length: 300 }, (_, at) => resource(`r${at}`));
    await house.publish(template('1.0.0', many));
    await house.publish(template('2.0.0', [resource('a'), resource('b', { needs: ['a'] })]));
    const long = await house.send({
      type: 'environment.create',
      data: { name: 'long', template: 'sample@1.0.0' },
    });
    const short = await house.send({
      type: 'environment.create',
      data: { name: 'short', template: 'sample@2.0.0' },
    });
    await house.ended(short);
    const before = ledger.done('apply').filter((key) => key.startsWith('long/')).length;
    expect(before).toBeLessThan(150);
    await house.ended(long);
  });
});
