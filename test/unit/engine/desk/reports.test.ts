import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../../../src/engine/context.ts';
import type { Finding } from '../../../../src/model/drift.ts';
import type { Report } from '../../../../src/model/order.ts';
import type { RetryPolicy } from '../../../../src/model/template.ts';
import { createLedger } from '../../../support/ledger-executor.ts';
import { failure } from '../../../support/records.ts';
import { resource } from '../../../support/templates.ts';
import { applied, LEFT, type WorkerSide, workerSide } from '../../../support/worker-side.ts';

const sample = [resource('a'), resource('b', { needs: ['a'] })];

const failed = (retryable: boolean): Report => ({
  kind: 'failed',
  failure: failure('no route to host'),
  retryable,
  remains: null,
});

const unknown: Report = { kind: 'unknown', failure: failure('it was killed'), remains: null };

const inspected = (finding: Finding): Report => ({
  kind: 'inspected',
  finding,
  differences: [],
  outputs: { found: true },
  ...LEFT,
});

const withSettings = (settings: Partial<EngineSettings>) => ({
  context: { settings: { ...DEFAULT_ENGINE_SETTINGS, ...settings } },
});

const resourceOf = async ({ room }: WorkerSide) =>
  (await room.context.store.get('resources', 'one/a[0]'))?.value;

const stateOf = async ({ room }: WorkerSide, key = 'one/a[0]') =>
  (await room.context.store.get('states', key))?.value.sealed;

const eventsOf = async ({ room }: WorkerSide, type: string) =>
  (await room.context.store.events({ scope: 'one', limit: 1_000 })).filter(
    ({ event }) => event.type === type,
  );

describe('a report', () => {
  test('that comes over the bus is recorded by whoever takes it, and settled if it is late', async () => {
    const side = await workerSide(sample);
    const { claim, order } = await side.begin();
    const { bus } = side.room.context;
    const report = applied({ outputs: { url: 'http://x' }, record: { id: 7 }, sealedState: 's1' });
    const late = { ...claim, claimToken: 'of-an-earlier-claim' };
    const orderToken = order.token ?? '';
    await bus.sendReport({ claim: late, report, orderToken });
    await bus.sendReport({ claim, report, orderToken });
    await side.room.clock.advance(100);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'succeeded' });
    expect(await eventsOf(side, 'step.report-refused')).toHaveLength(1);
    expect(await resourceOf(side)).toMatchObject({ outputs: { url: 'http://x' } });
  });

  test('that comes over the bus without the token of its order changes nothing', async () => {
    const side = await workerSide([...sample, resource('c')]);
    const { claim } = await side.begin();
    const other = await side.begin('c[0]');
    const { bus } = side.room.context;
    for (const orderToken of ['', 'o1', other.order.token ?? '']) {
      await bus.sendReport({ claim, report: applied(), orderToken });
    }
    await side.room.clock.advance(100);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'running' });
    expect(await eventsOf(side, 'step.report-refused')).toEqual([]);
  });

  test('records step, resource, state and events together, and the run goes on', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    const report = applied({ outputs: { url: 'http://x' }, record: { id: 7 }, sealedState: 's1' });
    expect(await side.desk.report(claim, report)).toBe('recorded');
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'succeeded',
      result: 'created',
      claim: null,
    });
    expect(await resourceOf(side)).toMatchObject({
      status: 'ok',
      outputs: { url: 'http://x' },
      record: { id: 7 },
    });
    expect(await stateOf(side)).toBe('s1');
    expect(await eventsOf(side, 'resource.recorded')).toHaveLength(1);
    expect(await side.nextOrder('b[0]')).toMatchObject({ attempt: 1 });
  });

  test('brought twice counts once', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.desk.report(claim, applied({ outputs: { n: 1 }, sealedState: 's1' }));
    const before = await resourceOf(side);
    const again = applied({ outputs: { n: 2 }, sealedState: 's2' });
    expect(await side.desk.report(claim, again)).toBe('recorded');
    expect(await resourceOf(side)).toEqual(before);
    expect(await stateOf(side)).toBe('s1');
    expect(await eventsOf(side, 'step.succeeded')).toHaveLength(1);
  });

  test.for<[string, Report, string | undefined]>([
    ['a failure', { ...failed(false), remains: { ...LEFT, sealedState: 's2' } } as Report, 's2'],
    ['a failure that left nothing', failed(false), 's1'],
    ['an unclear end', { ...unknown, remains: { ...LEFT, sealedState: 's2' } } as Report, 's2'],
    ['an interruption', { kind: 'cancelled', remains: { ...LEFT, sealedState: 's2' } }, 's2'],
    ['an interruption that left nothing', { kind: 'cancelled', remains: null }, 's1'],
  ])('of %s leaves the newest state there is', async ([, report, expected]) => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.desk.checkpoint(claim, 's0');
    await side.desk.checkpoint(claim, 's1');
    expect(await side.desk.report(claim, report)).toBe('recorded');
    expect(await stateOf(side)).toBe(expected);
    expect((await resourceOf(side))?.status).not.toBe('ok');
  });

  test('of an interruption nobody asked for gives the step back as it was', async () => {
    const side = await workerSide(sample);
    const first = await side.begin();
    const remains = { record: { half: true }, parts: [], sealedState: 's1' };
    await side.desk.report(first.claim, { kind: 'cancelled', remains });
    const second = await side.begin();
    expect(second.order).toEqual(first.order);
    expect(second.grant.prior).toMatchObject({ record: { half: true }, sealedState: 's1' });
    await side.desk.report(second.claim, failed(true));
    // The attempt it lost was not its own fault: it has as many left as before.
    expect(await side.nextOrder()).toMatchObject({ attempt: 2 });
  });

  test('of an interruption that was asked for ends the step', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.room.send({ type: 'run.cancel', data: { run: side.runId } });
    expect(await side.desk.heartbeat(claim)).toBe('cancel');
    await side.desk.report(claim, { kind: 'cancelled', remains: null });
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'cancelled' });
    expect(await side.room.run(side.runId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a success', () => {
  test('of the last step in a run that was cancelled stays, and the run ends as cancelled', async () => {
    const side = await workerSide([resource('a')]);
    const { claim } = await side.begin();
    await side.room.send({ type: 'run.cancel', data: { run: side.runId } });
    expect(await side.desk.report(claim, applied())).toBe('recorded');
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'succeeded' });
    expect(await side.room.run(side.runId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a failure', () => {
  const retry: RetryPolicy = { attemptsMax: 5, initialDelayMs: 1_000, delayMaxMs: 3_000 };

  test('that may pass is tried again after pauses that grow up to a bound, and then ends', async () => {
    const side = await workerSide([resource('a', { retry })]);
    const { clock } = side.room;
    const pauses: number[] = [];
    let lastMs = 0;
    for (let attempt = 1; attempt <= retry.attemptsMax; attempt += 1) {
      const { claim, order } = await side.begin();
      expect(order.attempt).toBe(attempt);
      const { dispatchedAtMs } = await side.room.step(side.runId, 'a[0]');
      if (attempt > 1) pauses.push((dispatchedAtMs ?? 0) - lastMs);
      lastMs = clock.nowMs();
      await side.desk.report(claim, failed(true));
    }
    // Half the bound where chance says 0; looked at each half second.
    expect(pauses).toEqual([500, 1_000, 1_500, 1_500]);
    await clock.advance(60_000);
    expect(await side.room.run(side.runId)).toMatchObject({
      status: 'failed',
      failure: { code: 'STEP_FAILED', detail: 'no route to host', address: 'a[0]' },
    });
    expect(await eventsOf(side, 'step.retrying')).toHaveLength(4);
  });

  test('that will not pass ends the step at once', async () => {
    const side = await workerSide([resource('a', { retry })]);
    const { claim } = await side.begin();
    await side.desk.report(claim, failed(false));
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'failed',
      attempt: 1,
    });
    expect((await resourceOf(side))?.status).toBe('failed');
  });

  test('is not tried again in a run that is to end', async () => {
    const side = await workerSide([resource('a', { retry })]);
    const { claim } = await side.begin();
    await side.room.send({ type: 'run.cancel', data: { run: side.runId } });
    await side.desk.report(claim, failed(true));
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'failed' });
    expect(await side.room.run(side.runId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('an end that nobody can tell', () => {
  test.for<[Finding, string]>([
    ['present', 'succeeded'],
    ['absent', 'apply'],
    ['partial', 'apply'],
  ])('is inspected: found %s, the step is %s', async ([finding, then]) => {
    const side = await workerSide(sample);
    const first = await side.begin();
    await side.desk.report(first.claim, unknown);
    expect((await resourceOf(side))?.status).toBe('unknown');
    const { claim, order } = await side.begin();
    expect(order).toMatchObject({ operation: 'inspect', attempt: 1 });
    expect(await side.desk.report(claim, inspected(finding))).toBe('recorded');
    if (then === 'succeeded') {
      expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'succeeded' });
      expect(await resourceOf(side)).toMatchObject({ status: 'ok', outputs: { found: true } });
    } else {
      expect(await side.nextOrder()).toMatchObject({ operation: 'apply', attempt: 1 });
      expect((await resourceOf(side))?.status).toBe('failed');
    }
  });

  test('is left to a person where the executor cannot inspect', async () => {
    const { definitions } = createLedger({ canInspect: false });
    const side = await workerSide(sample, { context: { definitions } });
    const { claim } = await side.begin();
    await side.desk.report(claim, unknown);
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ needsResolve: true });
    expect(await side.room.run(side.runId)).toMatchObject({
      status: 'failed',
      failure: { code: 'RESOURCE_UNKNOWN' },
    });
  });

  test('is inspected again after pauses that grow, until a person is asked', async () => {
    const side = await workerSide(sample, withSettings({ inspectionsMax: 3 }));
    const first = await side.begin();
    await side.desk.report(first.claim, unknown);
    const times: number[] = [];
    for (let inspection = 1; inspection <= 3; inspection += 1) {
      const { claim } = await side.begin();
      times.push(side.room.clock.nowMs());
      await side.desk.report(claim, failed(true));
    }
    const [one = 0, two = 0, three = 0] = times;
    expect([two - one, three - two]).toEqual([500, 1_000]);
    await side.room.clock.advance(60_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'unknown',
      needsResolve: true,
    });
    expect((await side.room.run(side.runId)).status).toBe('failed');
  });

  test('is not repeated for ever where every attempt ends so', async () => {
    const side = await workerSide(sample, withSettings({ lossesMax: 2 }));
    for (let loss = 1; loss <= 3; loss += 1) {
      const attempt = await side.begin();
      await side.desk.report(attempt.claim, unknown);
      const inspection = await side.begin();
      expect(inspection.order.operation).toBe('inspect');
      await side.desk.report(inspection.claim, inspected('partial'));
    }
    await side.room.clock.advance(60_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'failed',
      failure: { code: 'STEP_LOST', message: expect.stringMatching(/^3 attempts .* killed$/) },
    });
    expect((await resourceOf(side))?.status).toBe('failed');
    expect((await side.room.run(side.runId)).status).toBe('failed');
  });

  test('is found out also in a run that is to end, and no inspection is broken off for it', async () => {
    const side = await workerSide(sample);
    const first = await side.begin();
    await side.desk.report(first.claim, unknown);
    await side.room.send({ type: 'run.cancel', data: { run: side.runId } });
    const { claim, order } = await side.begin();
    expect(order.operation).toBe('inspect');
    await side.room.clock.advance(4_000);
    expect(await side.desk.heartbeat(claim)).toBe('go-on');
    await side.desk.report(claim, inspected('present'));
    await side.room.clock.advance(1_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'succeeded' });
    expect(await side.room.step(side.runId, 'b[0]')).toMatchObject({ status: 'cancelled' });
    expect((await side.room.run(side.runId)).status).toBe('cancelled');
  });
});
