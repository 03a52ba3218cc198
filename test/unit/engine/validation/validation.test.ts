import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_SETTINGS, type EngineContext } from '../../../../src/engine/context.ts';
import { validate } from '../../../../src/engine/validation/validation.ts';
import type { ResourceRecord } from '../../../../src/model/resource.ts';
import type { StatusEndpoint } from '../../../../src/model/template.ts';
import { sleep } from '../../../../src/platform/clock.ts';
import type { Probe } from '../../../../src/probe/probe.ts';
import { resource } from '../../../support/records.ts';
import { openRoom } from '../../../support/room.ts';
import { createVirtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const endpoint = (target: string, facts: Partial<StatusEndpoint> = {}): StatusEndpoint => ({
  kind: 'http',
  target,
  expectStatus: [],
  timeoutSeconds: 30,
  intervalSeconds: 5,
  ...facts,
});

const lives = (id: string, ...statusEndpoints: StatusEndpoint[]): ResourceRecord =>
  resource({ id, statusEndpoints });

/** Targets by the time at which they begin to answer; others never do. */
function probeOf(clock: VirtualClock, aliveAfterMs: Record<string, number>, tookMs = 0) {
  const startMs = clock.nowMs();
  const asked: string[] = [];
  const inHand = { now: 0, most: 0 };
  const timeouts: number[] = [];
  const probe: Probe = async ({ target }, timeoutMs, signal) => {
    asked.push(target);
    timeouts.push(timeoutMs);
    inHand.now += 1;
    inHand.most = Math.max(inHand.most, inHand.now);
    if (tookMs > 0) await sleep(clock, tookMs, signal).catch(() => {});
    inHand.now -= 1;
    const afterMs = aliveAfterMs[target] ?? Number.POSITIVE_INFINITY;
    const alive = clock.nowMs() - startMs >= afterMs;
    return { alive, detail: alive ? '200 OK' : 'connection refused' };
  };
  return { probe, asked, inHand, timeouts };
}

async function contextOf(
  clock: VirtualClock,
  probe: Probe,
  settings: Partial<EngineContext['settings']> = {},
): Promise<EngineContext> {
  const all = { ...DEFAULT_ENGINE_SETTINGS, ...settings };
  return (await openRoom({ clock, starts: false, context: { probe, settings: all } })).context;
}

const never = new AbortController().signal;

describe('a validation', () => {
  test('ends well once every endpoint has answered', async () => {
    const clock = createVirtualClock();
    const { probe, asked } = probeOf(clock, { a: 0, b: 12_000, c: 3_000 });
    const context = await contextOf(clock, probe);
    const resources = [lives('x', endpoint('a'), endpoint('b')), lives('y', endpoint('c'))];
    const startMs = clock.nowMs();
    expect(await clock.finish(validate(context, resources, never).outcome)).toBeNull();
    expect(clock.nowMs() - startMs).toBe(15_000);
    expect(asked.toSorted()).toEqual(['a', 'b', 'b', 'b', 'b', 'c', 'c']);
  });

  test('does not count the time in which nobody can say whether an endpoint answers', async () => {
    const clock = createVirtualClock();
    const startMs = clock.nowMs();
    const backAtMs = startMs + 10 * 60_000;
    const probe: Probe = async () => {
      await sleep(clock, 1_000);
      const isAway = clock.nowMs() < backAtMs;
      return { alive: false, detail: 'no', ...(isAway ? { away: 'consul' } : {}) };
    };
    const context = await contextOf(clock, probe);
    const failure = await clock.finish(
      validate(context, [lives('x', endpoint('a'))], never).outcome,
    );
    expect(failure).toMatchObject({ code: 'VALIDATION_FAILED' });
    const tookMs = clock.nowMs() - backAtMs;
    expect(tookMs).toBeGreaterThan(20_000);
    expect(tookMs).toBeLessThanOrEqual(31_000);
  });

  test('of nothing is over at once', async () => {
    const clock = createVirtualClock();
    const { probe, asked } = probeOf(clock, {});
    const context = await contextOf(clock, probe);
    expect(await clock.finish(validate(context, [lives('x')], never).outcome)).toBeNull();
    expect(asked).toEqual([]);
  });

  test('names every endpoint that stayed silent, the first as the cause, with what it said', async () => {
    const clock = createVirtualClock();
    const { probe } = probeOf(clock, { good: 0 });
    const context = await contextOf(clock, probe);
    const resources = [
      lives('x', endpoint('good'), endpoint('mute')),
      lives('y', endpoint('deaf', { timeoutSeconds: 7 })),
    ];
    const failure = await clock.finish(validate(context, resources, never).outcome);
    expect(failure).toMatchObject({
      code: 'VALIDATION_FAILED',
      address: 'x[0]',
      message: 'x did not answer at mute within 30 s; last: connection refused.',
      detail: 'y did not answer at deaf within 7 s; last: connection refused.',
    });
  });

  test('asks an endpoint as often as its time allows, and no probe lasts beyond it', async () => {
    const clock = createVirtualClock();
    const { probe, asked, timeouts } = probeOf(clock, {});
    const context = await contextOf(clock, probe, { probeTimeoutMs: 4_000 });
    const one = lives('x', endpoint('mute', { timeoutSeconds: 12, intervalSeconds: 5 }));
    await clock.finish(validate(context, [one], never).outcome);
    expect(asked).toHaveLength(3);
    expect(timeouts).toEqual([4_000, 4_000, 2_000]);
  });

  test('asks a bounded number at once, and leaves none out', async () => {
    const clock = createVirtualClock();
    const targets = Array.from({ length: 50 }, (_, at) => `t${at}`);
    const alive = Object.fromEntries(targets.map((target) => [target, 0]));
    const { probe, asked, inHand } = probeOf(clock, alive, 100);
    const context = await contextOf(clock, probe, { probesConcurrentMax: 7 });
    const resources = targets.map((target) => lives(target, endpoint(target)));
    const startMs = clock.nowMs();
    expect(await clock.finish(validate(context, resources, never).outcome)).toBeNull();
    expect(asked.toSorted()).toEqual(targets.toSorted());
    expect([inHand.most, clock.nowMs() - startMs]).toEqual([7, 800]);
  });

  test('says what it waits for, since when, and what was answered last', async () => {
    const clock = createVirtualClock();
    const { probe } = probeOf(clock, { good: 0, slow: 20_000 }, 1_000);
    const context = await contextOf(clock, probe);
    const startMs = clock.nowMs();
    const { outcome, waits } = validate(
      context,
      [lives('x', endpoint('good'), endpoint('slow'))],
      never,
    );
    const slow = { label: 'x', target: 'slow', sinceMs: startMs };
    await clock.advance(500);
    expect(waits()).toMatchObject([
      { target: 'good', lastAnswer: 'not asked' },
      { ...slow, lastAnswer: 'not asked' },
    ]);
    await clock.advance(5_000);
    expect(waits()).toEqual([{ ...slow, lastAnswer: 'connection refused' }]);
    await clock.finish(outcome);
    expect(waits()).toEqual([]);
  });

  test.for([500, 3_000])('ends with the reason of its abort after %d ms, and rests', async (ms) => {
    const clock = createVirtualClock();
    const { probe, asked } = probeOf(clock, {}, 1_000);
    const context = await contextOf(clock, probe, { probesConcurrentMax: 2 });
    const controller = new AbortController();
    const resources = ['a', 'b', 'c'].map((target) => lives(target, endpoint(target)));
    const { outcome, waits } = validate(context, resources, controller.signal);
    const ended = expect(outcome).rejects.toThrow('cancelled');
    await clock.advance(ms);
    controller.abort(new Error('cancelled'));
    await clock.settle();
    await ended;
    const count = asked.length;
    await clock.advance(60_000);
    expect([asked.length, waits(), clock.timersWaiting]).toEqual([count, [], 0]);
  });
});
