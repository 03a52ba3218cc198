import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { NOTHING, openRig, type Rig, untilStopped } from './rig.ts';
import { openRunning } from './running.ts';

const LEASE_MS = 12_000;

let rig: Rig;
let clock: VirtualClock;

/** A step that runs until it is stopped; the reasons it heard. */
async function open(...terms: Parameters<typeof openRunning>) {
  const running = await openRunning(...terms);
  ({ rig, clock } = running);
  return running;
}

describe('a grant that was longer on its way than its lease', () => {
  const late = async (answer: 'go-on' | 'stop' | undefined) => {
    const running = await open();
    const { claim } = rig.desk;
    rig.desk.claim = async (order, worker) => {
      // As where the process was stopped in between, or the machine slept.
      await clock.advance(LEASE_MS);
      return claim(order, worker);
    };
    rig.desk.heartbeat = async () => {
      if (answer === undefined) throw new Error('nobody is there');
      return answer;
    };
    let isBegun = false;
    void running.started.then(() => {
      isBegun = true;
    });
    await rig.order();
    await clock.advance(2 * LEASE_MS);
    return { isBegun, reports: rig.desk.reports };
  };

  it('is asked about before anything begins, and is worked on if it stands', async () => {
    expect(await late('go-on')).toMatchObject({ isBegun: true });
  });

  it('is let go where it was given to somebody else, or nobody answers', async () => {
    expect(await late('stop')).toEqual({ isBegun: false, reports: [] });
    expect(await late(undefined)).toEqual({ isBegun: false, reports: [] });
  });
});

describe('a cancellation', () => {
  it('is heard with the next heartbeat, ends the step once, and is reported', async () => {
    const { started, reasons } = await open();
    rig.desk.heartbeat = async () => 'cancel';
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS / 3);
    expect(await clock.finish(rig.report())).toEqual({ kind: 'cancelled', remains: null });
    expect(reasons).toEqual(['cancelled']);
  });

  it('is heard at once where the bus gives a hint', async () => {
    const { started } = await open();
    await rig.order();
    await clock.finish(started);
    rig.desk.heartbeat = async () => 'cancel';
    rig.bus.hint({ kind: 'cancel', runId: 'another-run' });
    await clock.settle();
    expect(rig.desk.reports).toEqual([]);
    rig.bus.hint({ kind: 'cancel', runId: 'run-1' });
    expect(await clock.finish(rig.report())).toEqual({ kind: 'cancelled', remains: null });
  });

  it('is heard where the hint comes while a heartbeat is under way', async () => {
    const { started } = await open();
    const answer = Promise.withResolvers<'go-on'>();
    rig.desk.heartbeat = () => answer.promise;
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS / 3);
    rig.bus.hint({ kind: 'cancel', runId: 'run-1' });
    await clock.settle();
    rig.desk.heartbeat = async () => 'cancel';
    answer.resolve('go-on');
    await clock.advance(0);
    expect(rig.desk.reports).toEqual([{ kind: 'cancelled', remains: null }]);
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
    const { started, reasons } = await open();
    await rig.order({ timeoutMs: 30_000 });
    await clock.finish(started);
    await clock.advance(29_999);
    expect(reasons).toEqual([]);
    await clock.advance(1);
    expect(reasons).toEqual(['timeout']);
    expect(await clock.finish(rig.report())).toMatchObject({
      kind: 'failed',
      retryable: false,
      failure: { code: 'STEP_TIMEOUT', address: 'web[0]' },
    });
    expect(reasons).toEqual(['timeout']);
  });

  it('that is up leaves an outcome unknown where the executor cannot tell', async () => {
    const failure = { code: 'STEP_LOST', message: 'killed', detail: null, address: null } as const;
    const { started } = await open(async (context) => {
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
    const { started, reasons } = await open();
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
    const { started, reasons } = await open();
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
    const { started, reasons } = await open();
    rig.desk.heartbeat = async () => {
      throw new Error('no connection');
    };
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.9);
    expect(reasons).toEqual([]);
    await clock.advance(LEASE_MS * 0.05);
    expect(reasons).toEqual(['lost']);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(rig.desk.reports).toEqual([]);
  });

  it('is not what the sleep of this machine means, if whoever gave it still holds it for us', async () => {
    const { started, reasons } = await open();
    const { heartbeat } = rig.desk;
    let isAsleep = false;
    rig.desk.heartbeat = (claim) =>
      isAsleep ? Promise.reject(new Error('asleep')) : heartbeat(claim);
    await rig.order({ timeoutMs: 20 * LEASE_MS });
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.3);
    isAsleep = true;
    await clock.advance(LEASE_MS * 0.53);
    isAsleep = false;
    await clock.advance(3 * LEASE_MS);
    expect(reasons).toEqual([]);
  });

  it('is not what one heartbeat means that was not answered', async () => {
    const { started, reasons } = await open();
    const { heartbeat } = rig.desk;
    rig.desk.heartbeat = async () => {
      rig.desk.heartbeat = heartbeat;
      throw new Error('no connection');
    };
    await rig.order({ timeoutMs: 20 * LEASE_MS });
    await clock.finish(started);
    await clock.advance(5 * LEASE_MS);
    expect(reasons).toEqual([]);
  });

  it('leaves the work folder to whoever has the step now', async () => {
    const { started } = await open(untilStopped, true);
    rig.desk.heartbeat = async () => 'stop';
    await rig.order();
    await clock.settle();
    await started;
    await clock.advance(LEASE_MS / 3);
    await clock.finish(rig.worker.stop({ graceMs: 0 }));
    expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
  });

  it('is what a heartbeat means that is never answered', async () => {
    const { started, reasons } = await open();
    rig.desk.heartbeat = () => new Promise(() => {});
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.95);
    expect(reasons).toEqual(['lost']);
  });

  it('is counted from the heartbeat that was answered, not from its answer', async () => {
    const { started, reasons } = await open();
    const answer = Promise.withResolvers<'go-on'>();
    rig.desk.heartbeat = () => answer.promise;
    await rig.order();
    await clock.finish(started);
    await clock.advance(LEASE_MS * 0.7);
    answer.resolve('go-on');
    await clock.settle();
    rig.desk.heartbeat = () => new Promise(() => {});
    await clock.advance(LEASE_MS * (1 / 3 + 11 / 12 - 0.7) - 1);
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
