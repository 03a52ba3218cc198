import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../../../src/engine/context.ts';
import type { ReconcileSchedule } from '../../../../src/model/schedule.ts';
import { stableFraction } from '../../../../src/platform/stable-fraction.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import { performAll } from '../../../support/perform-all.ts';
import { openRoom } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const HOURLY: ReconcileSchedule = { schedule: '0 * * * *', timeZone: 'UTC', heal: null };

/** A place where services come and go over one store. The clock begins at a full hour. */
function world() {
  const clock = createVirtualClock();
  const store = createSqliteStore({ path: ':memory:', clock });
  let services = 0;

  async function open(changed: Partial<EngineSettings> = {}) {
    services += 1;
    const settings = {
      ...DEFAULT_ENGINE_SETTINGS,
      tickMs: 5_000,
      isService: true,
      otherHoldersAreDead: true,
      reconcileJitterMs: 0,
      ...changed,
    };
    return openRoom({
      clock,
      context: { store, settings, holder: `service-${services}` },
      onOrder: performAll,
    });
  }

  const runs = async (name = 'one') =>
    (await store.find('runs', { where: { environment: name } }))
      .map(({ value }) => value)
      .filter(({ kind }) => kind === 'reconcile');
  const environment = async () => (await store.get('environments', 'one'))?.value;
  return { clock, store, open, runs, environment };
}

type Service = Awaited<ReturnType<ReturnType<typeof world>['open']>>;

const published = (service: Service, reconcile: ReconcileSchedule | null) =>
  service.publish(template('1.0.0', [resource('a')], { reconcile }));

type Build = Extract<Command, { type: 'environment.create' }>;

async function create(service: Service, more: Partial<Build['data']> = {}): Promise<void> {
  const data = { name: 'one', template: 'sample@1.0.0', ...more };
  await service.send({ type: 'environment.create', data });
  await service.clock.advance(60_000);
}

async function update(service: Service, reconcile: Build['data']['reconcile']): Promise<void> {
  await service.send({ type: 'environment.update', data: { name: 'one', reconcile } });
  await service.clock.advance(60_000);
}

describe('an environment with a schedule', () => {
  test('is reconciled once at each turn, and never between them', async () => {
    const { clock, open, runs } = world();
    const service = await open();
    await published(service, { ...HOURLY, heal: true });
    await create(service);
    expect(await runs()).toEqual([]);
    await clock.advance(3 * HOUR_MS);
    const all = await runs();
    expect(all).toHaveLength(3);
    expect(all[0]).toMatchObject({
      status: 'succeeded',
      reconcile: { heal: true, resources: [] },
      commandSource: 'biotope/schedule',
      commandId: expect.stringContaining('2026-01-01T01:00:00.000Z'),
    });
    const delays = all.map(({ acceptedAtMs }) => acceptedAtMs % HOUR_MS);
    for (const delayMs of delays) expect(delayMs).toBeLessThan(30_000);
  });

  test('comes later by its own part of what spreads the turns', async () => {
    const { clock, open, runs } = world();
    const service = await open({ reconcileJitterMs: 20 * 60_000 });
    await published(service, HOURLY);
    await create(service);
    await clock.advance(2 * HOUR_MS);
    const delayMs = stableFraction('one') * 20 * 60_000;
    for (const { acceptedAtMs } of await runs()) {
      expect(acceptedAtMs % HOUR_MS).toBeGreaterThanOrEqual(delayMs);
      expect(acceptedAtMs % HOUR_MS).toBeLessThan(delayMs + 30_000);
    }
  });

  test('has the last of its missed turns made up for, once, however often services begin', async () => {
    const { clock, open, runs } = world();
    const first = await open();
    await published(first, HOURLY);
    await create(first);
    await first.close();
    await clock.advance(5.5 * HOUR_MS);
    expect(await runs()).toEqual([]);
    for (let start = 0; start < 3; start += 1) {
      const service = await open();
      await clock.advance(60_000);
      await service.close();
    }
    const [run, ...others] = await runs();
    expect(run?.commandId).toContain('2026-01-01T05:00:00.000Z');
    expect(others).toEqual([]);
  });

  test('has no turn made up for that a build came after, and none while another run is there', async () => {
    const { clock, open, runs, environment } = world();
    const first = await open();
    await published(first, HOURLY);
    await create(first);
    await first.close();
    await clock.advance(2.5 * HOUR_MS);

    const command = await open({ isService: false });
    await update(command, undefined);
    await command.close();
    const second = await open();
    await clock.advance(60_000);
    expect(await runs()).toEqual([]);
    await second.close();

    // A run that cannot begin for hours.
    const third = await open({ runsActiveMax: 0 });
    const waiting = await third.send({ type: 'environment.reconcile', data: { name: 'one' } });
    await clock.advance(3 * HOUR_MS);
    expect((await runs()).map(({ id }) => id)).toEqual([waiting]);
    await third.close();
    await open();
    await clock.advance(60_000);
    expect(await runs()).toHaveLength(2);
    expect(await environment()).toMatchObject({ status: 'ok', activeRunId: null });
  });

  test('is left alone by the engine of one command, and where its last run failed', async () => {
    const { clock, store, open, runs, environment } = world();
    const command = await open({ isService: false });
    await published(command, HOURLY);
    await create(command);
    await clock.advance(3 * HOUR_MS);
    expect(await runs()).toEqual([]);
    await command.close();

    const before = await environment();
    if (before === undefined) throw new Error('there is no environment');
    const value = { ...before, status: 'failed' as const, lastRunSucceeded: false };
    const write = { kind: 'put', collection: 'environments', key: 'one', value } as const;
    await clock.finish(store.commit({ scope: 'one', expect: [], writes: [write], events: [] }));
    await open();
    await clock.advance(3 * HOUR_MS);
    expect(await runs()).toEqual([]);
  });

  test('keeps what a command said, until a command says that the template decides again', async () => {
    const { clock, open, runs, environment } = world();
    const service = await open();
    await published(service, HOURLY);
    const own = { schedule: '30 * * * *', heal: false };
    await create(service, { reconcile: own });
    expect((await environment())?.reconcile).toEqual({
      schedule: { ...own, timeZone: 'UTC' },
      isOwn: true,
    });
    await update(service, undefined);
    await clock.advance(HOUR_MS);
    const [run] = await runs();
    expect(run).toMatchObject({ reconcile: { heal: false } });
    expect(run?.commandId).toContain('T00:30:00.000Z');

    await update(service, 'never');
    await clock.advance(3 * HOUR_MS);
    expect(await runs()).toHaveLength(1);
    await update(service, null);
    expect((await environment())?.reconcile).toEqual({ schedule: HOURLY, isOwn: false });
    await clock.advance(HOUR_MS);
    expect(await runs()).toHaveLength(2);
  });

  test('is refused where its schedule is none', async () => {
    const { open } = world();
    const service = await open();
    await published(service, null);
    const wrong = create(service, { reconcile: { schedule: 'at noon' } });
    await expect(wrong).rejects.toThrow(
      /COMMAND_INVALID.*reconcile.*"at noon" is no cron expression/,
    );
  });
});
