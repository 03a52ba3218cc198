import { describe, expect, it, onTestFinished } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { type BreakerState, createBreaker } from '../../../../src/platform/breaker/breaker.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const SETTINGS = { failuresMin: 3, windowMs: 10_000, callTimeoutMs: 5_000, probeEveryMs: 2_000 };

const gone = () =>
  new BiotopeError('SYSTEM_UNAVAILABLE', { message: 'refused', facts: { system: 'consul' } });

function build() {
  const clock = createVirtualClock();
  const world = { isWell: true, probes: 0 };
  const breaker = createBreaker({
    system: 'consul',
    title: 'Consul',
    settings: SETTINGS,
    clock,
    log: silentLogger,
    probe: async () => {
      world.probes += 1;
      if (!world.isWell) throw gone();
    },
  });
  onTestFinished(breaker.close);
  const fail = async (error: unknown = gone(), times = 1) => {
    for (let at = 0; at < times; at += 1) {
      await breaker.call(() => Promise.reject(error)).catch(() => {});
    }
  };
  return { clock, world, breaker, fail };
}

describe('a circuit breaker', () => {
  it('passes on what calls resolve and reject with', async () => {
    const { breaker } = build();
    expect(await breaker.call(async () => 7)).toBe(7);
    await expect(breaker.call(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(breaker.state()).toBe('closed');
  });

  it('opens after some failures of its system, and then refuses without calling', async () => {
    const { breaker, fail } = build();
    await fail(gone(), 2);
    expect(breaker.state()).toBe('closed');
    await fail();
    expect(breaker.state()).toBe('open');
    let calls = 0;
    const refused = breaker.call(async () => {
      calls += 1;
    });
    await expect(refused).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      facts: { system: 'consul' },
    });
    expect(calls).toBe(0);
  });

  it.for([
    ['an error of another kind', new Error('a bug')],
    ['a refusal', new BiotopeError('KEY_CONFLICT', { message: 'changed' })],
    [
      'the failure of another system',
      new BiotopeError('SYSTEM_UNAVAILABLE', { message: 'gone', facts: { system: 'vault' } }),
    ],
  ] as const)('does not open for %s', async ([, error]) => {
    const { breaker, fail } = build();
    await fail(error, 20);
    expect(breaker.state()).toBe('closed');
  });

  it('is closed by a probe, not by time or by callers', async () => {
    const { breaker, fail, clock, world } = build();
    world.isWell = false;
    const seen: BreakerState[] = [];
    breaker.watch((state) => seen.push(state));
    await fail(gone(), 3);
    await clock.advance(60_000);
    expect(world.probes).toBeGreaterThan(20);
    expect(breaker.state()).toBe('open');
    world.isWell = true;
    await clock.advance(SETTINGS.probeEveryMs);
    expect(breaker.state()).toBe('closed');
    expect(breaker.wellAtMs()).toBe(clock.nowMs());
    expect(await breaker.call(async () => 'again')).toBe('again');
    expect(seen.slice(0, 3)).toEqual(['open', 'half-open', 'open']);
    expect(seen.slice(-2)).toEqual(['half-open', 'closed']);
    const { probes } = world;
    await clock.advance(60_000);
    expect(world.probes).toBe(probes);
  });

  it('counts a call that takes too long as a failure, and tells the work to end', async () => {
    const { breaker, clock } = build();
    let ended: unknown;
    const hangs = breaker.call(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            ended = signal.reason;
            reject(signal.reason);
          });
        }),
    );
    const outcome = expect(hangs).rejects.toThrow('Consul did not answer within 5000 ms.');
    await clock.advance(SETTINGS.callTimeoutMs);
    await outcome;
    expect(ended).toMatchObject({ code: 'SYSTEM_UNAVAILABLE' });
  });

  it('ends with its caller, which is no failure', async () => {
    const { breaker, fail } = build();
    await fail(gone(), 2);
    const caller = new AbortController();
    const left = breaker.call(() => new Promise(() => {}), { signal: caller.signal });
    const outcome = expect(left).rejects.toThrow('enough');
    caller.abort(new Error('enough'));
    await outcome;
    expect(breaker.state()).toBe('closed');
  });

  it('opens on a suspicion that a probe confirms, and only then', async () => {
    const { breaker, clock, world } = build();
    breaker.suspect();
    await clock.settle();
    expect([breaker.state(), world.probes]).toEqual(['closed', 1]);
    world.isWell = false;
    breaker.suspect();
    await clock.settle();
    expect(breaker.state()).toBe('open');
  });
});
