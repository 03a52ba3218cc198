import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../../src/bus/bus.ts';
import { createLocalBus } from '../../../../src/bus/local/local-bus.ts';
import { createWorkQueue } from '../../../../src/bus/local/work-queue.ts';
import type { Clock } from '../../../../src/platform/clock.ts';
import { order } from '../../../contract/bus/messages.ts';

/** Time and turns pass when the test says so. */
function handClock() {
  const turns: (() => void)[] = [];
  const timers: { atMs: number; callback: () => void }[] = [];
  let nowMs = 0;
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    soon: (callback) => void turns.push(callback),
    setTimer: (delayMs, callback) => {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  };
  const settle = async () => {
    // Handlers answer in microtasks, which ask for the next turn.
    for (let round = 0; round < 20; round += 1) {
      for (const turn of turns.splice(0)) turn();
      await Promise.resolve();
    }
  };
  return {
    clock,
    timers,
    settle,
    nextTimer: async () => {
      const timer = timers.sort((a, b) => a.atMs - b.atMs).shift();
      if (timer === undefined) throw new Error('no timer is set');
      const waitedMs = timer.atMs - nowMs;
      nowMs = timer.atMs;
      timer.callback();
      await settle();
      return waitedMs;
    },
  };
}

describe('redelivery', () => {
  it('waits longer each time, up to a bound', async () => {
    const { clock, settle, nextTimer } = handClock();
    const bus = createLocalBus({ clock });
    let deliveries = 0;
    await bus.takeCommands(async (): Promise<Settlement> => {
      deliveries += 1;
      return 'again';
    });
    await bus.sendCommand({ body: new Uint8Array(), messageId: null });
    await settle();
    const pauses: number[] = [];
    for (let at = 0; at < 9; at += 1) pauses.push(await nextTimer());
    expect(deliveries).toBe(10);
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1600, 2500, 2500, 2500]);
    await bus.close();
  });

  it('is given up when the bus is closed', async () => {
    const { clock, timers, settle } = handClock();
    const bus = createLocalBus({ clock });
    await bus.takeCommands(async (): Promise<Settlement> => 'again');
    await bus.sendCommand({ body: new Uint8Array(), messageId: null });
    await settle();
    expect(timers).toHaveLength(1);
    await bus.close();
    expect(timers).toHaveLength(0);
  });

  it('puts an item in front of those that came after it', async () => {
    const { clock, settle, nextTimer } = handClock();
    const queue = createWorkQueue<string>({ clock, name: 'items', waitingMax: 10 });
    const taken: string[] = [];
    const first = queue.take(1, async (item) => {
      taken.push(item);
      return 'again';
    });
    queue.add('a');
    await settle();
    await first.stop();
    queue.add('b');
    await nextTimer();
    queue.take(1, async (item) => {
      taken.push(item);
      return 'done';
    });
    await settle();
    expect(taken).toEqual(['a', 'a', 'b']);
  });
});

describe('an order whose taker fails', () => {
  it.each([
    { name: 'claimed', isClaimed: true, timersExpected: 0 },
    { name: 'not claimed yet', isClaimed: false, timersExpected: 1 },
  ])('waits for another delivery $timersExpected times where it was $name', async (at) => {
    const { clock, timers, settle } = handClock();
    const bus = createLocalBus({ clock });
    await bus.takeOrders('default', 1, async (_, claimed) => {
      if (at.isClaimed) claimed();
      throw new Error('the worker failed');
    });
    await bus.sendOrder(order());
    await settle();
    expect(timers).toHaveLength(at.timersExpected);
  });
});

describe('a queue', () => {
  it('takes no more than its bound, and says so, until something is taken', async () => {
    const { clock, settle } = handClock();
    const bus = createLocalBus({ clock, waitingMax: 2 });
    const send = () => bus.sendCommand({ body: new Uint8Array(), messageId: null });
    await send();
    await send();
    await expect(send()).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
      message: expect.stringMatching(/2 are waiting/),
    });
    await bus.takeCommands(async () => 'done');
    await settle();
    await expect(send()).resolves.toBeUndefined();
  });

  it('counts what waits to come again', async () => {
    const { clock, settle } = handClock();
    const queue = createWorkQueue<string>({ clock, name: 'items', waitingMax: 1 });
    queue.take(5, async () => 'again');
    queue.add('a');
    await settle();
    expect(() => queue.add('b')).toThrow(/takes no more items/);
  });

  it('delivers nothing after it is closed, though a turn was asked for', async () => {
    const { clock, settle } = handClock();
    const queue = createWorkQueue<string>({ clock, name: 'items', waitingMax: 1 });
    const taken: string[] = [];
    queue.take(1, async (item) => {
      taken.push(item);
      return 'done';
    });
    queue.add('a');
    queue.close();
    await settle();
    expect(taken).toEqual([]);
  });
});

describe('a listener that fails', () => {
  it('takes nothing from the others', async () => {
    const thrown: unknown[] = [];
    const turns: (() => void)[] = [];
    const { clock } = handClock();
    const bus = createLocalBus({
      clock: { ...clock, soon: (callback) => void turns.push(callback) },
    });
    const seen: string[] = [];
    bus.takeHints(() => {
      throw new Error('a bug');
    });
    bus.takeHints(({ runId }) => seen.push(runId));
    bus.hint({ kind: 'run', runId: 'r1' });
    for (const turn of turns) {
      try {
        turn();
      } catch (error) {
        thrown.push(error);
      }
    }
    expect(seen).toEqual(['r1']);
    expect(thrown).toEqual([new Error('a bug')]);
  });
});
