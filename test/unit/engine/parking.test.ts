import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/engine/context.ts';
import type { Report } from '../../../src/model/order.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { createFakeSystems, type FakeSystems } from '../../support/fake-systems.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { failure } from '../../support/records.ts';
import { openRoom } from '../../support/room.ts';
import { resource } from '../../support/templates.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { applied, LEFT, type WorkerSide, workerSide } from '../../support/worker-side.ts';

const sample = [resource('a'), resource('b', { needs: ['a'] })];

const met = (facts: Partial<Extract<Report, { kind: 'failed' }>> = {}): Report => ({
  kind: 'failed',
  failure: failure('consul does not answer', { code: 'SYSTEM_UNAVAILABLE', system: 'consul' }),
  retryable: true,
  remains: null,
  ...facts,
});

function contextWith(systems: FakeSystems, settings = {}) {
  const { definitions } = createLedger({ needs: ['keyvalue'] });
  return { systems, definitions, settings: { ...DEFAULT_ENGINE_SETTINGS, ...settings } };
}

const consul = () => createFakeSystems(['consul'], { keyvalue: 'consul' });

async function side(systems: FakeSystems, settings = {}): Promise<WorkerSide> {
  return workerSide(sample, { context: contextWith(systems, settings) });
}

const a = ({ room, runId }: WorkerSide) => room.step(runId, 'a[0]');

async function types({ room }: WorkerSide): Promise<string[]> {
  const events = await room.context.store.events({ scope: 'one', limit: 1_000 });
  return events.filter(({ event }) => event.address === 'a[0]').map(({ event }) => event.type);
}

describe('a step that needs a system that is away', () => {
  test('is parked instead of sent, and goes on when a probe has found the system well', async () => {
    const systems = consul();
    systems.goAway('consul');
    const worker = await side(systems);
    await worker.room.clock.advance(60_000);
    expect(worker.room.orders).toEqual([]);
    expect(await a(worker)).toMatchObject({
      status: 'parked',
      attempt: 0,
      parked: { system: 'consul' },
      failure: { code: 'SYSTEM_UNAVAILABLE', system: 'consul' },
    });
    systems.comeBack('consul');
    const { order, claim } = await worker.begin();
    expect(order).toMatchObject({ operation: 'apply', attempt: 1 });
    await worker.desk.report(claim, applied());
    expect(await types(worker)).toEqual([
      'step.parked',
      'step.released',
      'step.dispatched',
      'step.running',
      'step.succeeded',
      'resource.recorded',
    ]);
  });

  test('is parked alone: what needs no system goes on', async () => {
    const systems = consul();
    systems.goAway('vault');
    const worker = await side(systems);
    expect((await worker.begin()).order.attempt).toBe(1);
  });

  test('is taken up by the next holder when its process has died', async () => {
    const systems = consul();
    systems.goAway('consul');
    const clock = createVirtualClock();
    const store = createSqliteStore({ path: ':memory:', clock });
    onTestFinished(() => store.close());
    const worker = await workerSide(sample, {
      clock,
      context: { ...contextWith(systems), store },
    });
    expect((await a(worker)).status).toBe('parked');
    await worker.room.abandon();
    systems.comeBack('consul');
    const context = { ...contextWith(systems), store, holder: 'next' };
    const next = await openRoom({ clock, context });
    await clock.advance(20_000);
    expect(systems.suspected).toContain('consul');
    expect(next.orders).toEqual([]);
    systems.comeBack('consul');
    await clock.advance(1_000);
    expect(next.orders).toMatchObject([{ address: 'a[0]', attempt: 1 }]);
  });

  test('is cancelled with its run', async () => {
    const systems = consul();
    systems.goAway('consul');
    const worker = await side(systems);
    await worker.room.send({ type: 'run.cancel', data: { run: worker.runId } });
    await worker.room.clock.advance(1_000);
    expect(await a(worker)).toMatchObject({ status: 'cancelled', parked: null });
    expect(await worker.room.run(worker.runId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('an attempt that met a system that is away', () => {
  test('costs nothing, keeps what it left, and is made again after a probe and a pause', async () => {
    const systems = consul();
    const worker = await side(systems);
    const { clock, context } = worker.room;
    const { claim } = await worker.begin();
    await worker.desk.report(claim, met({ remains: LEFT }));
    expect(await a(worker)).toMatchObject({ status: 'parked', attempt: 0, parkings: 1 });
    const record = await context.store.get('resources', 'one/a[0]');
    expect(record?.value).toMatchObject({ status: 'failed', record: { left: true } });
    await clock.advance(600_000);
    expect(systems.suspected).toContain('consul');
    expect((await a(worker)).status).toBe('parked');
    systems.comeBack('consul');
    expect((await worker.begin()).order.attempt).toBe(1);
  });

  test('pauses in any case where the system is well before that', async () => {
    const systems = consul();
    const worker = await side(systems);
    const { claim } = await worker.begin();
    await worker.desk.report(claim, met());
    const { notBeforeMs } = await a(worker);
    expect(notBeforeMs).toBeGreaterThan(worker.room.clock.nowMs());
    systems.comeBack('consul');
    await worker.room.clock.settle();
    expect((await a(worker)).status).toBe('parked');
  });

  test('is made again after its pause where nobody here probes the system', async () => {
    const worker = await side(createFakeSystems([]));
    const { claim } = await worker.begin();
    await worker.desk.report(claim, met());
    expect((await a(worker)).status).toBe('parked');
    expect((await worker.begin()).order.attempt).toBe(1);
  });

  test('has an end: a worker that is cut off for ever fails its step with the real cause', async () => {
    const systems = createFakeSystems([]);
    const worker = await side(systems, { parkingsMax: 2 });
    const attempts: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const { order, claim } = await worker.begin();
      attempts.push(order.attempt);
      await worker.desk.report(claim, met());
    }
    expect(attempts).toEqual([1, 1, 1, 2, 3]);
    expect(await a(worker)).toMatchObject({
      status: 'failed',
      failure: { code: 'SYSTEM_UNAVAILABLE', message: 'consul does not answer' },
    });
  });

  test('is not made again in a run that was cancelled meanwhile', async () => {
    const worker = await side(consul());
    const { claim } = await worker.begin();
    await worker.room.send({ type: 'run.cancel', data: { run: worker.runId } });
    await worker.desk.report(claim, met());
    await worker.room.clock.advance(1_000);
    expect((await worker.room.run(worker.runId)).status).toBe('cancelled');
  });
});

describe('an outcome that nobody can find out while a system is away', () => {
  async function lost(systems: FakeSystems): Promise<WorkerSide> {
    const worker = await side(systems);
    const { claim } = await worker.begin();
    systems.goAway('consul');
    await worker.desk.report(claim, { kind: 'unknown', failure: failure('lost'), remains: null });
    return worker;
  }

  test('stays unknown, asks nobody, and is inspected when the system is back', async () => {
    const systems = consul();
    const worker = await lost(systems);
    await worker.room.clock.advance(600_000);
    expect(await a(worker)).toMatchObject({
      status: 'unknown',
      needsResolve: false,
      inspections: 0,
      parked: { system: 'consul' },
    });
    systems.comeBack('consul');
    expect((await worker.begin()).order.operation).toBe('inspect');
  });

  test('costs no inspection where the inspection met it', async () => {
    const systems = consul();
    const worker = await lost(systems);
    systems.comeBack('consul');
    for (let tries = 0; tries < 8; tries += 1) {
      const { order, claim } = await worker.begin();
      expect(order.operation).toBe('inspect');
      await worker.desk.report(claim, met());
      await worker.room.clock.advance(60_000);
      systems.comeBack('consul');
    }
    expect(await a(worker)).toMatchObject({ needsResolve: false, inspections: 0, parkings: 8 });
  });
});
