import { afterEach, describe, expect, it } from 'vitest';
import {
  ExecutorError,
  type StepContext,
  type StopReason,
  stopReason,
} from '../../../src/executors/executor.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { NOTHING, openRig, type Rig, untilStopped } from './rig.ts';

const LEASE_MS = 12_000;

let rig: Rig;
let clock: VirtualClock;

/** A step that runs until it is stopped; the reasons it heard. */
async function openRunning(end: (context: StepContext) => Promise<never> = untilStopped) {
  clock = createVirtualClock();
  const reasons: (StopReason | undefined)[] = [];
  const started = Promise.withResolvers<void>();
  rig = await openRig({
    clock,
    executor: {
      apply: async (context) => {
        context.signal.addEventListener('abort', () => reasons.push(stopReason(context.signal)));
        started.resolve();
        return end(context);
      },
    },
  });
  return { started: started.promise, reasons };
}

afterEach(() => rig.close());

describe('a cancellation', () => {
  it('is heard with the next heartbeat, ends the step once, and is reported', async () => {
    const { started, reasons } = await openRunning();
    rig.desk.heartbeat = async () => 'cancel';
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS / 3);
    expect(await clock.finish(rig.report())).toEqual({ kind: 'cancelled', remains: null });
    expect(reasons).toEqual(['cancelled']);
  });

  it('is heard at once where the bus gives a hint', async () => {
    const { started } = await openRunning();
    await rig.order();
    await clock.finish(started);
    rig.desk.heartbeat = async () => 'cancel';
    rig.bus.hint({ kind: 'cancel', runId: 'another-run' });
    await clock.settle();
    expect(rig.desk.reports).toEqual([]);
    rig.bus.hint({ kind: 'cancel', runId: 'run-1' });
    expect(await clock.finish(rig.report())).toEqual({ kind: 'cancelled', remains: null });
  });

  it('does not undo what was complete already', async () => {
    clock = createVirtualClock();
    const started = Promise.withResolvers<void>();
    rig = await openRig({
      clock,
      executor: {
        apply: async ({ signal }) => {
          started.resolve();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return { ...NOTHING, outputs: { done: true } };
        },
      },
    });
    rig.desk.heartbeat = async () => 'cancel';
    await rig.order();
    await clock.finish(started.promise);
    await clock.advance(LEASE_MS / 3);
    expect(await clock.finish(rig.report())).toMatchObject({
      kind: 'applied',
      outputs: { done: true },
    });
  });
});

describe('time', () => {
  it('that is up ends the step, which then counts as failed', async () => {
    const { started, reasons } = await openRunning();
    await rig.order({ timeoutMs: 30_000 });
    await clock.finish(started);
    await clock.advance(30_000);
    expect(await clock.finish(rig.report())).toMatchObject({
      kind: 'failed',
      retryable: false,
      failure: { code: 'STEP_TIMEOUT', address: 'web[0]' },
    });
    expect(reasons).toEqual(['timeout']);
  });

  it('that is up leaves an outcome unknown where the executor cannot tell', async () => {
    const failure = { code: 'STEP_LOST', message: 'killed', detail: null, address: null } as const;
    const { started } = await openRunning(async (context) => {
      await untilStopped(context).catch(() => {});
      throw new ExecutorError({ kind: 'undeterminable', failure });
    });
    await rig.order({ timeoutMs: 30_000 });
    await clock.finish(started);
    await clock.advance(30_000);
    expect(await clock.finish(rig.report())).toMatchObject({
      kind: 'unknown',
      failure: { code: 'STEP_LOST' },
    });
  });

  it('is not up as long as heartbeats are answered', async () => {
    const { started, reasons } = await openRunning();
    await rig.order({ timeoutMs: 20 * LEASE_MS });
    await clock.finish(started);
    await clock.advance(10 * LEASE_MS);
    expect(reasons).toEqual([]);
    expect(rig.desk.heartbeats.length).toBe(30);
    expect(rig.desk.heartbeats[0]).toEqual({
      runId: 'run-1',
      environment: 'shop',
      address: 'web[0]',
      claimToken: 'token-1',
    });
  });
});

describe('a lost claim', () => {
  it('ends the step at once, and nothing is reported', async () => {
    const { started, reasons } = await openRunning();
    rig.desk.heartbeat = async () => 'stop';
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS / 3);
    expect(reasons).toEqual(['lost']);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(rig.desk.reports).toEqual([]);
    expect(rig.worker.inHand()).toEqual([]);
  });

  it('is what silence means: the worker lets go before the lease ends', async () => {
    const { started, reasons } = await openRunning();
    rig.desk.heartbeat = async () => {
      throw new Error('no connection');
    };
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.8);
    expect(reasons).toEqual([]);
    await clock.advance(LEASE_MS * 0.1);
    expect(reasons).toEqual(['lost']);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(rig.desk.reports).toEqual([]);
  });

  it('is what a heartbeat means that is never answered', async () => {
    const { started, reasons } = await openRunning();
    rig.desk.heartbeat = () => new Promise(() => {});
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.9);
    expect(reasons).toEqual(['lost']);
  });

  it('is counted from the heartbeat that was answered, not from its answer', async () => {
    const { started, reasons } = await openRunning();
    const answer = Promise.withResolvers<'go-on'>();
    rig.desk.heartbeat = () => answer.promise;
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.7);
    answer.resolve('go-on');
    await clock.settle();
    rig.desk.heartbeat = () => new Promise(() => {});
    await clock.advance(LEASE_MS * (1 / 3 + 5 / 6 - 0.7) - 1);
    expect(reasons).toEqual([]);
    await clock.advance(1);
    expect(reasons).toEqual(['lost']);
  });

  it('takes the report with it that could not be brought', async () => {
    clock = createVirtualClock();
    rig = await openRig({ clock, executor: {} });
    let attempts = 0;
    rig.desk.report = async () => {
      attempts += 1;
      throw new Error('no connection');
    };
    rig.desk.heartbeat = async () => {
      throw new Error('no connection');
    };
    await rig.order();
    await clock.advance(LEASE_MS);
    expect(attempts).toBeGreaterThan(1);
    expect(rig.worker.inHand()).toEqual([]);
  });
});

describe('a worker that stops', () => {
  it('asks its steps to end, reports them, and takes no more', async () => {
    const { started, reasons } = await openRunning();
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
    const { started, reasons } = await openRunning();
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
    const { started } = await openRunning();
    await rig.order();
    await clock.finish(started);
    const stopped = rig.worker.stop({ graceMs: 3_600_000 });
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    await clock.finish(stopped);
    expect(rig.desk.reports).toHaveLength(1);
  });
});
