import { afterEach, describe, expect, test, vi } from 'vitest';
import { sleep, systemClock } from '../../../src/platform/clock.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const DAY_MS = 86_400_000;

describe('a sleep', () => {
  test('ends when its time has passed, not before', async () => {
    const clock = createVirtualClock();
    let isOver = false;
    void sleep(clock, 1_000).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
  });

  test('ends at once with the reason of its signal, and leaves no timer', async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const asleep = sleep(clock, 1_000, controller.signal);
    expect(clock.timersWaiting).toBe(1);
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    expect(clock.timersWaiting).toBe(0);
  });

  test('does not begin under a signal that was aborted before', async () => {
    const clock = createVirtualClock();
    await expect(sleep(clock, 1, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
    expect(clock.timersWaiting).toBe(0);
  });

  test('does not listen to its signal any longer than it lasts', async () => {
    const clock = createVirtualClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const asleep = sleep(clock, 10, signal);
    await clock.advance(10);
    await asleep;
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe('the clock of the system', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('waits longer than the longest timer of Node', () => {
    vi.useFakeTimers();
    const called = vi.fn();
    systemClock.setTimer(60 * DAY_MS, called);
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(called).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(called).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(called).toHaveBeenCalledOnce();
  });

  test('forgets a timer that is cancelled, however far it had come', () => {
    vi.useFakeTimers();
    const called = vi.fn();
    const early = systemClock.setTimer(10, called);
    const late = systemClock.setTimer(60 * DAY_MS, called);
    early.cancel();
    vi.advanceTimersByTime(40 * DAY_MS);
    late.cancel();
    vi.advanceTimersByTime(40 * DAY_MS);
    expect(called).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('calls back soon: after what is in hand, and in order', async () => {
    const order: string[] = [];
    systemClock.soon(() => order.push('first'));
    systemClock.soon(() => order.push('second'));
    await Promise.resolve().then(() => order.push('promise'));
    order.push('in hand');
    await new Promise<void>((resolve) => systemClock.soon(resolve));
    expect(order).toEqual(['promise', 'in hand', 'first', 'second']);
  });
});

describe('the virtual clock of the tests', () => {
  test('calls in order of time, and lets all that follows happen before the next', async () => {
    const clock = createVirtualClock({ startMs: 0 });
    const order: string[] = [];
    const say = async (what: string) => {
      order.push(`${what} at ${clock.nowMs()}`);
      await Promise.resolve();
      clock.soon(() => order.push(`after ${what}`));
    };
    clock.setTimer(20, () => void say('second'));
    clock.setTimer(10, () => void say('first'));
    clock.setTimer(10, () => void say('also first')).cancel();
    clock.setTimer(31, () => void say('never'));
    await clock.advance(30);
    expect(order).toEqual(['first at 10', 'after first', 'second at 20', 'after second']);
    expect([clock.nowMs(), clock.timersWaiting]).toEqual([30, 1]);
  });

  test('knows what waits for ever, and what takes too long', async () => {
    const clock = createVirtualClock();
    await expect(clock.finish(new Promise(() => {}))).rejects.toThrow('never comes');
    await expect(clock.finish(sleep(clock, 61_000), 60_000)).rejects.toThrow('more than 60000 ms');
    await expect(clock.finish(sleep(clock, 61_000))).resolves.toBeUndefined();
    await expect(clock.finish(Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  });

  test('chooses by chance among what is due at one moment, the same for the same seed', async () => {
    const orderOf = async (numbers: number[]) => {
      const clock = createVirtualClock({ random: () => numbers.shift() ?? 0 });
      const order: number[] = [];
      for (const at of [0, 1, 2]) clock.soon(() => order.push(at));
      for (const at of [3, 4]) clock.setTimer(5, () => order.push(at));
      await clock.advance(5);
      return order;
    };
    expect(await orderOf([])).toEqual([0, 1, 2, 3, 4]);
    expect(await orderOf([0.99, 0.5, 0, 0, 0.99])).toEqual([2, 1, 0, 4, 3]);
  });
});
