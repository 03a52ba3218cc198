import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import { sleep } from '../../../src/platform/clock.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { NOTHING, openRig, type Rig, untilStopped } from './rig.ts';
import { openRunning } from './running.ts';

let rig: Rig;
let clock: VirtualClock;

/** A step that runs until it is stopped; the reasons it heard. */
async function open(...terms: Parameters<typeof openRunning>) {
  const running = await openRunning(...terms);
  ({ rig, clock } = running);
  return running;
}

describe('a worker that stops', () => {
  it('asks its steps to end, reports them, and takes no more', async () => {
    const { started, reasons } = await open();
    await rig.order();
    await clock.finish(started);
    expect(rig.worker.inHand()).toMatchObject([{ label: 'web', order: { runId: 'run-1' } }]);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(rig.desk.reports).toEqual([{ kind: 'cancelled', remains: null }]);
    expect(reasons).toEqual(['cancelled']);
    await rig.order({}, { address: 'late[0]' });
    await clock.settle();
    expect(rig.desk.claims).toHaveLength(1);
  });

  it('lets its steps go on for as long as it was told', async () => {
    const { started, reasons } = await open();
    await rig.order();
    await clock.finish(started);
    const stopped = rig.worker.stop({ graceMs: 5_000 });
    await clock.advance(4_999);
    expect(reasons).toEqual([]);
    await clock.advance(1);
    await clock.finish(stopped);
    expect(rig.desk.reports).toEqual([{ kind: 'cancelled', remains: null }]);
  });

  it('can be told to hurry', async () => {
    const { started } = await open();
    await rig.order();
    await clock.finish(started);
    const stopped = rig.worker.stop({ graceMs: 3_600_000 });
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    await clock.finish(stopped);
    expect(rig.desk.reports).toHaveLength(1);
  });

  it('does not begin a step whose claim was granted too late', async () => {
    let begun = false;
    clock = createVirtualClock();
    rig = await openRig({
      clock,
      executor: {
        apply: async () => {
          begun = true;
          return NOTHING;
        },
      },
    });
    const asked = Promise.withResolvers<void>();
    const granted = Promise.withResolvers<void>();
    const { claim } = rig.desk;
    rig.desk.claim = async (order, worker) => {
      asked.resolve();
      await granted.promise;
      return claim(order, worker);
    };
    await rig.order();
    await clock.finish(asked.promise);
    const stopped = rig.worker.stop({ graceMs: 0 });
    granted.resolve();
    await clock.finish(stopped);
    expect(begun).toBe(false);
    expect(rig.desk.reports).toEqual([{ kind: 'cancelled', remains: null }]);
  });

  it('waits for its steps also where the bus calls an order settled once it is claimed', async () => {
    const { started } = await open(async (context, clock) => {
      await untilStopped(context).catch(() => {});
      await sleep(clock, 1_000);
      throw context.signal.reason;
    });
    const { takeOrders } = rig.bus;
    rig.bus.takeOrders = async (...terms) => {
      const subscription = await takeOrders(...terms);
      return { stop: async () => void subscription.stop() };
    };
    await rig.worker.start();
    await rig.order();
    await clock.finish(started);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(rig.desk.reports).toHaveLength(1);
  });
});

it('a worker that nobody answers ends at once when it is asked to', async () => {
  clock = createVirtualClock();
  rig = await openRig({ clock, executor: {} });
  let asked = 0;
  rig.desk.claim = () => {
    asked += 1;
    return Promise.reject(new BiotopeError('SERVER_UNREACHABLE', { message: 'away' }));
  };
  await rig.order();
  await clock.settle();
  expect(asked).toBe(1);
  // No time passes: the pause before the next attempt is not waited for.
  await rig.worker.stop({ graceMs: 60_000 });
  expect(asked).toBe(1);
});
