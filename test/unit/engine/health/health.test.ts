import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_SETTINGS } from '../../../../src/engine/context.ts';
import type { EnvironmentRecord } from '../../../../src/model/environment.ts';
import type { StatusEndpoint } from '../../../../src/model/template.ts';
import { performAll } from '../../../support/perform-all.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';

const INTERVAL_MS = 30_000;

const endpoint = (target: string): StatusEndpoint => ({
  kind: 'http',
  target,
  expectStatus: [],
  timeoutSeconds: 5,
  intervalSeconds: 1,
});

const TEMPLATE = template('1.0.0', [
  resource('web', { statusEndpoints: [endpoint('http://web')] }),
  resource('api', { statusEndpoints: [endpoint('http://api'), endpoint('http://api/deep')] }),
  resource('quiet'),
]);

/** A service over one environment, and addresses that do not answer while they are in `silent`. */
async function watched({ isService = true } = {}) {
  const silent = new Set<string>();
  /** Nobody can say whether they answer. */
  const unknown = new Set<string>();
  const asked: { target: string; atMs: number }[] = [];
  const settings = {
    ...DEFAULT_ENGINE_SETTINGS,
    isService,
    healthIntervalMs: INTERVAL_MS,
    healthFailuresMax: 3,
    probesConcurrentMax: 2,
  };
  const atOnce = { now: 0, most: 0 };
  const room: Room = await openRoom({
    context: {
      settings,
      probe: async ({ target }) => {
        asked.push({ target, atMs: room.clock.nowMs() });
        atOnce.now += 1;
        atOnce.most = Math.max(atOnce.most, atOnce.now);
        await new Promise<void>((resolve) => room.clock.setTimer(20, resolve));
        atOnce.now -= 1;
        if (unknown.has(target)) return { alive: false, away: 'consul', detail: 'nobody knows' };
        return silent.has(target)
          ? { alive: false, detail: 'connection refused' }
          : { alive: true, detail: '200 OK' };
      },
    },
    onOrder: performAll,
  });
  await room.publish(TEMPLATE);
  const create = async (name: string) => {
    await room.send({ type: 'environment.create', data: { name, template: 'sample@1.0.0' } });
    await room.clock.advance(5_000);
  };
  const environment = async (name = 'one'): Promise<EnvironmentRecord | undefined> =>
    (await room.context.store.get('environments', name))?.value;
  return { ...room, silent, unknown, asked, atOnce, create, environment };
}

const turns = (count: number) => count * INTERVAL_MS * 1.2;

describe('the health of an environment', () => {
  test('is lost after so many silences in a row, by the resource that is silent, and comes back', async () => {
    const { clock, silent, create, environment, context } = await watched();
    await create('one');
    await clock.advance(turns(3));
    expect(await environment()).toMatchObject({ status: 'ok' });

    silent.add('http://api/deep');
    await clock.advance(turns(1));
    expect(await environment()).toMatchObject({ status: 'ok' });
    await clock.advance(turns(3));
    expect(await environment()).toMatchObject({
      status: 'failed',
      lastRunSucceeded: true,
      failure: {
        code: 'VALIDATION_FAILED',
        address: 'api[0]',
        message: expect.stringContaining('connection refused'),
      },
    });

    silent.clear();
    await clock.advance(turns(2));
    expect(await environment()).toMatchObject({ status: 'ok', failure: null });
    const events = (await context.store.events({ scope: 'one', limit: 1_000 }))
      .map(({ event }) => event)
      .filter(({ type, runId }) => type.startsWith('environment.') && runId === null);
    expect(events.map(({ type }) => type)).toEqual(['environment.failed', 'environment.ok']);
    expect(events[0]?.data).toMatchObject({ failure: { address: 'api[0]' } });
  });

  test('is not lost by silences that are not in a row', async () => {
    const { clock, silent, create, environment } = await watched();
    await create('one');
    for (let round = 0; round < 4; round += 1) {
      silent.add('http://web');
      await clock.advance(turns(1));
      silent.clear();
      await clock.advance(turns(1));
    }
    expect(await environment()).toMatchObject({ status: 'ok' });
  });

  test('is neither lost nor regained by what nobody can say', async () => {
    const { clock, silent, unknown, create, environment } = await watched();
    await create('one');
    unknown.add('http://web');
    await clock.advance(turns(9));
    expect(await environment()).toMatchObject({ status: 'ok' });

    unknown.clear();
    silent.add('http://web');
    await clock.advance(turns(4));
    expect(await environment()).toMatchObject({ status: 'failed' });
    unknown.add('http://web');
    await clock.advance(turns(4));
    expect(await environment()).toMatchObject({ status: 'failed' });
    unknown.clear();
    silent.clear();
    await clock.advance(turns(2));
    expect(await environment()).toMatchObject({ status: 'ok' });
  });

  test('is nobody’s business while a run holds it, and that of a run that failed stays failed', async () => {
    const { clock, create, environment, context, asked, silent } = await watched();
    await create('one');
    const hold = async (more: Partial<EnvironmentRecord>) => {
      const before = await environment();
      if (before === undefined) throw new Error('there is no environment');
      const value = { ...before, ...more };
      const write = { kind: 'put', collection: 'environments', key: 'one', value } as const;
      await clock.finish(
        context.store.commit({ scope: 'one', expect: [], writes: [write], events: [] }),
      );
    };
    await hold({ activeRunId: 'somebody' });
    asked.length = 0;
    silent.add('http://web');
    await clock.advance(turns(5));
    expect(asked).toEqual([]);
    expect(await environment()).toMatchObject({ status: 'ok' });

    silent.clear();
    await hold({ activeRunId: null, status: 'failed', lastRunSucceeded: false });
    await clock.advance(turns(5));
    expect(asked).toEqual([]);
    expect(await environment()).toMatchObject({ status: 'failed' });
  });

  test('is asked by a service only', async () => {
    const { clock, create, asked } = await watched({ isService: false });
    await create('one');
    asked.length = 0;
    await clock.advance(turns(5));
    expect(asked).toEqual([]);
  });

  test('is asked a few at once, and of different environments at different times', async () => {
    const { clock, create, asked, atOnce } = await watched();
    for (const name of ['one', 'two', 'three', 'four']) await create(name);
    await clock.advance(turns(2));
    asked.length = 0;
    atOnce.most = 0;
    await clock.advance(turns(10));
    expect(atOnce.most).toBeLessThanOrEqual(2);
    expect(asked.length).toBeGreaterThan(4 * 3 * 8);
    const moments = new Set(asked.map(({ atMs }) => Math.floor((atMs % INTERVAL_MS) / 3_000)));
    expect(moments.size).toBeGreaterThan(3);
  });
});
