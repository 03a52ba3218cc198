import { describe, expect, test } from 'vitest';
import type { EngineSettings } from '../../../../src/engine/context.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../../../src/engine/context.ts';
import type { EnvironmentRecord } from '../../../../src/model/environment.ts';
import type { Write } from '../../../../src/store/store.ts';
import { createLedger } from '../../../support/ledger-executor.ts';
import { environment, resource as resourceRecord, run } from '../../../support/records.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 1);

const SERVICE: EngineSettings = {
  ...DEFAULT_ENGINE_SETTINGS,
  isService: true,
  otherHoldersAreDead: true,
  // Days go by.
  tickMs: 60_000,
};

interface Given {
  settings?: Partial<EngineSettings>;
  shop?: Partial<EnvironmentRecord>;
  writes?: Write[];
  context?: Parameters<typeof openRoom>[0] extends infer O ? NonNullable<O> : never;
}

/** `shop` is there, with nothing in it, and is to end in two days. */
async function service({ settings = {}, shop = {}, writes = [], context = {} }: Given = {}) {
  const room = await openRoom({
    ...context,
    context: { ...context.context, settings: { ...SERVICE, ...settings } },
  });
  await room.publish(template('1.0.0', [resource('a')]));
  const reference = run().template ?? { name: '', version: '', digest: '' };
  const value = environment({
    name: 'shop',
    template: reference,
    createdAtMs: START_MS,
    plannedDestructionAtMs: START_MS + 2 * DAY_MS,
    ...shop,
  });
  const put: Write = { kind: 'put', collection: 'environments', key: 'shop', value };
  const { store } = room.context;
  await room.clock.finish(
    store.commit({ scope: 'shop', expect: [], writes: [put, ...writes], events: [] }),
  );
  return room;
}

async function told({ context }: Room, prefix: string) {
  const found = await context.store.events({ scope: 'shop', limit: 1_000 });
  return found
    .map(({ event }) => event)
    .filter(({ type }) => type.startsWith(prefix))
    .map(({ type, data }) => ({ type, ...data }));
}

const shopOf = async ({ context }: Room) =>
  (await context.store.get('environments', 'shop'))?.value as EnvironmentRecord;

const runsOf = async ({ context }: Room) =>
  (await context.store.find('runs')).map(({ value }) => value);

const extend = (room: Room, plannedDestructionAt: string | null) =>
  room.send({ type: 'environment.extend', data: { name: 'shop', plannedDestructionAt } });

const guarded: Write = {
  kind: 'put',
  collection: 'resources',
  key: 'shop/a[0]',
  value: resourceRecord({ id: 'a', environment: 'shop', protect: true }),
};

describe('a planned end', () => {
  test('is warned of a day and an hour before, each once, and then it comes', async () => {
    const room = await service();
    await room.clock.advance(DAY_MS - 60_000);
    expect(await told(room, 'environment.expir')).toEqual([]);
    await room.clock.advance(2 * 60_000);
    await room.clock.advance(23 * HOUR_MS);
    expect(await told(room, 'environment.expir')).toMatchObject([
      { type: 'environment.expiring', beforeMs: DAY_MS },
      { type: 'environment.expiring', beforeMs: HOUR_MS },
    ]);
    expect(await runsOf(room)).toEqual([]);
    await room.clock.advance(HOUR_MS);
    expect(await shopOf(room)).toMatchObject({ status: 'destroyed' });
    expect(await runsOf(room)).toMatchObject([
      { kind: 'destroy', status: 'succeeded', commandSource: 'expiry' },
    ]);
    expect(await told(room, 'environment.expir')).toHaveLength(2);
  });

  test('brings no warning whose time was over when it was planned', async () => {
    const room = await service({ shop: { plannedDestructionAtMs: START_MS + 2 * HOUR_MS } });
    await room.clock.advance(90 * 60_000);
    expect(await told(room, 'environment.expir')).toMatchObject([{ beforeMs: HOUR_MS }]);
    await extend(room, new Date(room.clock.nowMs() + 40 * 60_000).toISOString());
    await room.clock.advance(30 * 60_000);
    expect(await told(room, 'environment.expir')).toHaveLength(1);
  });

  test('is put off by an extension that comes in time, and warned of anew', async () => {
    const room = await service();
    await room.clock.advance(2 * DAY_MS - 60_000);
    const later = new Date(room.clock.nowMs() + 3 * DAY_MS).toISOString();
    await extend(room, later);
    await room.clock.advance(2 * 60_000);
    expect(await shopOf(room)).toMatchObject({ status: 'ok' });
    await room.clock.advance(3 * DAY_MS - 4 * 60_000);
    expect(await told(room, 'environment.expiring')).toHaveLength(4);
    await extend(room, null);
    await room.clock.advance(DAY_MS);
    expect(await shopOf(room)).toMatchObject({ status: 'ok' });
    expect(await runsOf(room)).toEqual([]);
  });

  test('comes at the next start of a service that was away', async () => {
    const room = await service({ shop: { plannedDestructionAtMs: START_MS - DAY_MS } });
    await room.clock.advance(3 * 60_000);
    expect(await shopOf(room)).toMatchObject({ status: 'destroyed' });
    expect(await told(room, 'environment.expiring')).toEqual([]);
  });

  test('is left to people by an engine that lives for one command', async () => {
    const room = await service({ settings: { isService: false } });
    await room.clock.advance(3 * DAY_MS);
    expect(await shopOf(room)).toMatchObject({ status: 'ok' });
    expect(await told(room, 'environment.')).toEqual([]);
  });

  test.for([
    ['the environment', { shop: { protect: true } }],
    ['a', { writes: [guarded] }],
  ] as const)('does not come while %s is protected, which is told once', async ([what, given]) => {
    const writes: Write[] = 'writes' in given ? [...given.writes] : [];
    const room = await service({ ...given, writes });
    await room.clock.advance(3 * DAY_MS);
    expect(await shopOf(room)).toMatchObject({ status: 'ok', expiry: { obstacle: 'protected' } });
    expect(await told(room, 'environment.expiry')).toMatchObject([
      { type: 'environment.expiry-refused', protected: what },
    ]);
    expect(await runsOf(room)).toEqual([]);
  });

  test('is tried again with growing pauses, and given up in the end', async () => {
    // What is recorded was lost in the middle, and nobody can find out how.
    const dark = resourceRecord({ id: 'a', environment: 'shop', status: 'unknown' });
    const blind = createLedger({ canInspect: false }).definitions;
    const writes: Write[] = [
      {
        kind: 'put',
        collection: 'resources',
        key: 'shop/a[0]',
        value: { ...dark, executor: 'ledger' },
      },
    ];
    const settings = { expiry: { ...SERVICE.expiry, initialDelayMs: 10 * 60_000 } };
    const room = await service({ settings, writes, context: { context: { definitions: blind } } });
    await room.clock.advance(2 * DAY_MS + 90_000);
    expect(await shopOf(room)).toMatchObject({ expiry: { attempts: 1, obstacle: null } });
    await room.clock.advance(5 * DAY_MS);
    const runs = await runsOf(room);
    expect(runs.map(({ status }) => status)).toEqual(Array(5).fill('failed'));
    const pauses = runs.slice(1).map((one, at) => one.acceptedAtMs - (runs[at]?.finishedAtMs ?? 0));
    for (const [at, pause] of pauses.slice(1).entries()) {
      expect(pause).toBeGreaterThan(pauses[at] ?? 0);
    }
    expect(await shopOf(room)).toMatchObject({ expiry: { attempts: 5, obstacle: 'given-up' } });
    expect(await told(room, 'environment.expiry-failed')).toMatchObject([
      { attempts: 5, run: runs.at(-1)?.id, failure: { code: 'RESOURCE_UNKNOWN' } },
    ]);
  });
});

describe('how long an environment may live', () => {
  const create = (room: Room, more: object = {}) =>
    room.send({ type: 'environment.create', data: { name: 'new', template: 'sample', ...more } });
  const policy = (expiry: Partial<EngineSettings['expiry']>) => ({
    settings: { expiry: { ...SERVICE.expiry, ...expiry } },
  });
  const endOf = async (room: Room, runId: string) => (await room.run(runId)).plannedDestructionAtMs;

  test('is what the settings say where nobody says anything', async () => {
    const room = await service(policy({ defaultTtlMs: DAY_MS }));
    const nowMs = room.clock.nowMs();
    expect(await endOf(room, await create(room))).toBe(nowMs + DAY_MS);
  });

  test('has a maximum, which is the default as well, and nothing stays for ever', async () => {
    const room = await service(policy({ maximumTtlMs: DAY_MS }));
    const nowMs = room.clock.nowMs();
    expect(await endOf(room, await create(room))).toBe(nowMs + DAY_MS);
    const far = new Date(nowMs + 2 * DAY_MS).toISOString();
    const tooFar = create(room, { name: 'other', plannedDestructionAt: far });
    await expect(tooFar).rejects.toThrow('LIMIT_EXCEEDED: The end');
    await expect(extend(room, far)).rejects.toThrow('1 day that are allowed');
    await expect(extend(room, null)).rejects.toThrow('Every environment has to end here');
  });
});
