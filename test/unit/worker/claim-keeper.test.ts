import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../src/desk/desk.ts';
import { secretText } from '../../../src/model/secret.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { keepClaim } from '../../../src/worker/claim-keeper.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { NOTHING, openRig } from './rig.ts';

const LEASE_MS = 12_000;
const CLAIM = { runId: 'run-1', environment: 'shop', address: 'web[0]', claimToken: 'token-1' };

type Heartbeat = Desk['heartbeat'];

/** A clock whose time goes on while this process is stopped: no timer is called then. */
function createSleepyClock() {
  const clock = createVirtualClock();
  let sleptMs = 0;
  return {
    ...clock,
    monotonicMs: () => clock.monotonicMs() + sleptMs,
    sleep: (durationMs: number) => {
      sleptMs += durationMs;
    },
  };
}

/** A claim of which `beats` counts the heartbeats; `isSure` is set once it was confirmed or lost. */
function hold(heartbeat: Heartbeat = async () => 'go-on') {
  const clock = createSleepyClock();
  const told = { beats: 0, isSure: false, heartbeat };
  const desk = {
    heartbeat: (claim) => {
      told.beats += 1;
      return told.heartbeat(claim);
    },
  } satisfies Partial<Desk>;
  const keeper = keepClaim({
    desk: desk as Partial<Desk> as Desk,
    claim: CLAIM,
    leaseMs: LEASE_MS,
    ageMs: 0,
    clock,
    log: silentLogger,
    onCancel: () => {},
  });
  const confirm = () => {
    void keeper.confirm().then(() => {
      told.isSure = true;
    });
    return clock.settle();
  };
  return { clock, keeper, told, confirm };
}

describe('right before an effect', () => {
  it('nobody is asked about a claim that was confirmed a moment ago', async () => {
    const { clock, told, confirm } = hold();
    clock.sleep(LEASE_MS / 3);
    await confirm();
    expect(told).toMatchObject({ isSure: true, beats: 0 });
  });

  it('who was stopped asks first, and goes on if the claim still stands', async () => {
    const { clock, keeper, told, confirm } = hold();
    clock.sleep(2 * LEASE_MS);
    await confirm();
    expect(told).toMatchObject({ isSure: true, beats: 1 });
    expect(keeper.lost.aborted).toBe(false);
    await confirm();
    expect(told.beats).toBe(1);
  });

  it('who was stopped learns that the claim is lost', async () => {
    const { clock, keeper, told, confirm } = hold(async () => 'stop');
    clock.sleep(2 * LEASE_MS);
    await confirm();
    expect(told.isSure).toBe(true);
    expect(keeper.lost.aborted).toBe(true);
  });

  it('silence means that it is lost, once the lease is over', async () => {
    const { clock, keeper, told, confirm } = hold(() => Promise.reject(new Error('nobody')));
    clock.sleep(LEASE_MS / 2);
    await confirm();
    await clock.advance(LEASE_MS / 2);
    expect(told.isSure).toBe(false);
    await clock.advance(LEASE_MS / 2);
    expect(told.isSure).toBe(true);
    expect(keeper.lost.aborted).toBe(true);
  });

  it('an answer to what was asked before the sleep does not count', async () => {
    const answers = [1, 2].map(() => Promise.withResolvers<'go-on' | 'stop'>());
    const { clock, keeper, told, confirm } = hold(
      () => answers[told.beats - 1]?.promise ?? Promise.reject(new Error('nobody')),
    );
    keeper.ask();
    clock.sleep(2 * LEASE_MS);
    await confirm();
    answers[0]?.resolve('go-on');
    await clock.advance(0);
    expect(told).toMatchObject({ isSure: false, beats: 2 });
    answers[1]?.resolve('stop');
    await clock.settle();
    expect(told.isSure).toBe(true);
    expect(keeper.lost.aborted).toBe(true);
  });

  it('an answer counts that took its time, but less than the lease', async () => {
    const { clock, keeper, told, confirm } = hold();
    told.heartbeat = async () => {
      clock.sleep(LEASE_MS / 2);
      return 'go-on';
    };
    clock.sleep(LEASE_MS);
    await confirm();
    expect(told).toMatchObject({ isSure: true, beats: 1 });
    expect(keeper.lost.aborted).toBe(false);
  });

  it('a step whose worker was stopped while it was prepared is not begun by it any more', async () => {
    const clock = createSleepyClock();
    const done: string[] = [];
    const apply = async () => {
      done.push('applied');
      return NOTHING;
    };
    const rig = await openRig({ clock, executor: { apply } });
    const version = await rig.secrets.write('shop/db', { password: 'planted' }, 0);
    const { read } = rig.secrets;
    rig.secrets.read = (...reference) => {
      done.push('prepared');
      clock.sleep(2 * LEASE_MS);
      rig.desk.heartbeat = async () => 'stop';
      return read(...reference);
    };
    const password = secretText([{ path: 'shop/db', version, field: 'password' }]);
    await rig.order({ spec: { password } });
    await clock.advance(LEASE_MS);
    expect({ done, reports: rig.desk.reports }).toEqual({ done: ['prepared'], reports: [] });
  });
});

describe('a claim whose report is on its way over a bus', () => {
  it('is kept until whoever gave it says that it is over', async () => {
    const { clock, keeper, told } = hold();
    let isOver = false;
    keeper.reporting();
    keeper.linger(() => {
      isOver = true;
    });
    await clock.advance(LEASE_MS);
    expect(told.beats).toBeGreaterThan(1);
    expect(isOver).toBe(false);
    told.heartbeat = async () => 'stop';
    await clock.advance(LEASE_MS / 3);
    const { beats } = told;
    await clock.advance(LEASE_MS * 3);
    expect([isOver, told.beats, keeper.lost.aborted]).toEqual([true, beats, false]);
  });

  it('is let go where nobody answers for a whole lease', async () => {
    const { clock, keeper } = hold(() => Promise.reject(new Error('away')));
    let isOver = false;
    keeper.reporting();
    keeper.linger(() => {
      isOver = true;
    });
    await clock.advance(LEASE_MS);
    expect([isOver, keeper.lost.aborted]).toEqual([true, false]);
  });
});
