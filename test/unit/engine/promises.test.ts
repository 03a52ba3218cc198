import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const secret = {
  parameters: { type: 'object', properties: { key: { type: 'string', writeOnly: true } } },
};

const create = (parameters = {}) =>
  ({
    type: 'environment.create',
    data: { name: 'one', template: 'sample@1.0.0', parameters },
  }) as const;

const destroy = { type: 'environment.destroy', data: { name: 'one' } } as const;

describe('a plan that is refused', () => {
  test('leaves template and parameters of the environment as they are', async () => {
    const { publish, run, store } = await openHouse(createLedger());
    await publish(template('1.0.0', [resource('a', { protect: true })]));
    await publish(template('2.0.0', [resource('b')]));
    await run(create());
    const before = (await store.get('environments', 'one'))?.value;
    const refused = await run({
      type: 'environment.update',
      data: { name: 'one', template: 'sample@2.0.0', description: 'other' },
    });
    expect(refused.failure?.code).toBe('ENVIRONMENT_PROTECTED');
    const after = (await store.get('environments', 'one'))?.value;
    expect(after).toMatchObject({
      template: before?.template,
      parameters: before?.parameters,
      description: before?.description,
    });
  });

  test('is that of a resource whose pool nobody serves', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    await publish(template('1.0.0', [resource('a', { pool: 'constructor' })]));
    const refused = await run(create());
    expect(refused).toMatchObject({ status: 'failed', failure: { code: 'POOL_UNKNOWN' } });
    expect(ledger.effects).toEqual([]);
  });
});

describe('a template with a status endpoint that nobody here can ask', () => {
  test('is refused before anything of it is made', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    const target = 'consul:///web?passing=1';
    const times = { expectStatus: [], timeoutSeconds: 5, intervalSeconds: 1 };
    const statusEndpoints = [{ kind: 'consul', target, ...times } as const];
    await publish(template('1.0.0', [resource('a', { statusEndpoints })]));
    const refused = await run(create());
    expect(refused).toMatchObject({
      status: 'failed',
      failure: { code: 'ENDPOINT_UNSUPPORTED', message: expect.stringContaining('a has a status') },
    });
    expect(ledger.effects).toEqual([]);
  });
});

describe('a template whose counts multiply', () => {
  test('is refused before its dependencies fill the memory', async () => {
    const { publish, run } = await openHouse(createLedger());
    await publish(
      template('1.0.0', [
        resource('many', { count: 1_000 }),
        resource('more', { count: 1_000, needs: ['many'] }),
      ]),
    );
    const refused = await run(create());
    expect(refused).toMatchObject({ status: 'failed', failure: { code: 'LIMIT_EXCEEDED' } });
    expect(refused.failure?.message).toContain('limits.dependenciesPerEnvironmentMax');
  });
});

describe('a preview', () => {
  test('keeps no secret parameter, and knows whether it would change', async () => {
    const { publish, run, engine, secrets } = await openHouse(createLedger());
    await publish(
      template('1.0.0', [resource('a', { with: { key: '${parameters.key}' } })], secret),
    );
    await engine.preview(create({ key: 'first' }));
    expect(await secrets.list('environments')).toEqual([]);
    await run(create({ key: 'first' }));
    const update = (key: string) =>
      engine.preview({ type: 'environment.update', data: { name: 'one', parameters: { key } } });
    expect((await update('first')).summary).toMatchObject({ unchanged: 1, change: 0 });
    expect((await update('other')).summary).toMatchObject({ unchanged: 0, change: 1 });
    expect((await secrets.read('environments/one/parameters/key'))?.fields.value).toBe('first');
  });
});

describe('a destroy', () => {
  test('takes the secrets of the environment with it', async () => {
    const { publish, run, secrets } = await openHouse(createLedger());
    await publish(
      template('1.0.0', [resource('a', { with: { key: '${parameters.key}' } })], secret),
    );
    await run(create({ key: 'first' }));
    expect(await secrets.list('environments/one')).not.toEqual([]);
    await run(destroy);
    expect(await secrets.list('environments/one')).toEqual([]);
  });

  test('leaves those of the environment that is to follow under its name', async () => {
    const { publish, run, send, ended } = await openHouse(createLedger());
    await publish(
      template('1.0.0', [resource('a', { with: { key: '${parameters.key}' } })], secret),
    );
    await run(create({ key: 'first' }));
    const gone = await send(destroy);
    const next = await send(create({ key: 'second' }));
    expect((await ended(gone)).status).toBe('succeeded');
    expect((await ended(next)).status).toBe('succeeded');
  });
});

describe('a machine that sleeps', () => {
  test('loses no step: heartbeats get their time after it wakes', async () => {
    const ledger = createLedger();
    let sleptMs = 0;
    const clock = { ...systemClock, nowMs: () => Date.now() + sleptMs };
    let open = () => {};
    ledger.behave('one/a[0]', { gate: new Promise((resolve) => (open = resolve)) });
    const { publish, send, ended } = await openHouse({
      ...ledger,
      clock,
      settings: { claimLeaseMs: 3_000 },
    });
    await publish(template('1.0.0', [resource('a')]));
    const runId = await send(create());
    while (ledger.effects.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sleptMs = 3_600_000;
    await new Promise((resolve) => setTimeout(resolve, 300));
    open();
    expect((await ended(runId)).status).toBe('succeeded');
    expect(ledger.effects.map(({ what }) => what)).toEqual(['begin', 'apply']);
  });
});

describe('command ids', () => {
  test('are forgotten when their time is over', async () => {
    const ledger = createLedger();
    let passedMs = 0;
    const clock = { ...systemClock, nowMs: () => Date.now() + passedMs };
    const { publish, engine, store } = await openHouse({ ...ledger, clock });
    await publish(template('1.0.0', [resource('a')]));
    await engine.submit(create(), { source: 'test', id: '1' });
    expect(await store.find('inbox')).toHaveLength(1);
    passedMs = 8 * 24 * 3_600_000;
    while ((await store.find('inbox')).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const again = await engine.submit(create(), { source: 'test', id: '1' });
    expect(again).toMatchObject({ outcome: 'rejected', code: 'ENVIRONMENT_EXISTS' });
  });
});
