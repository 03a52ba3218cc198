import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import { insist } from '../../../src/worker/insist.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const away = () => new BiotopeError('STORE_UNAVAILABLE', { message: 'away' });

function failing(times: number, error: () => Error) {
  const state = { calls: 0 };
  const call = async () => {
    state.calls += 1;
    if (state.calls <= times) throw error();
    return 'done';
  };
  return { state, call };
}

function terms(signal = new AbortController().signal) {
  const clock = createVirtualClock();
  return { clock, random: () => 0.5, signal };
}

describe('insisting', () => {
  it('repeats what promises to pass, without an end, with growing pauses', async () => {
    const { state, call } = failing(100, away);
    const how = terms();
    const done = insist(call, how);
    await how.clock.advance(1_000);
    expect(state.calls).toBeLessThan(6);
    await how.clock.advance(3_600_000);
    expect(await done).toBe('done');
  });

  it('passes on at once what no repetition mends', async () => {
    const { state, call } = failing(1, () => new BiotopeError('CLAIM_REFUSED', { message: 'no' }));
    await expect(insist(call, terms())).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    expect(state.calls).toBe(1);
  });

  it('gives up what nobody knows, after some attempts', async () => {
    const { state, call } = failing(100, () => new TypeError('broken'));
    const how = terms();
    const done = insist(call, how);
    done.catch(() => {});
    await how.clock.advance(3_600_000);
    await expect(done).rejects.toThrow('broken');
    expect(state.calls).toBe(10);
  });

  it('ends with the signal, in the middle of a pause', async () => {
    const controller = new AbortController();
    const { call } = failing(100, away);
    const how = terms(controller.signal);
    const done = insist(call, how);
    done.catch(() => {});
    await how.clock.advance(500);
    controller.abort(new Error('lost'));
    await expect(done).rejects.toThrow('lost');
  });
});
