import { LEADERSHIP_KEY, LEADERSHIP_SCOPE } from '../../model/leadership.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Expectation, Store } from '../../store/store.ts';

/** The time in which this process leads. */
export interface Reign {
  epoch: number;
  /** The leadership as this process has taken it: it changes with who leads, not with a beat. */
  fence: Expectation;
  isOn(): boolean;
  /** Rejects with STORE_CONFLICT where another one leads. */
  beat(): Promise<void>;
}

interface Dependencies {
  store: Store;
  clock: Clock;
  leaseMs: number;
}

interface Taken {
  epoch: number;
  /** Of the transaction that began it. */
  revision: number;
  /** Before that was sent. */
  beganAtMs: number;
}

export function createReign(
  { store, clock, leaseMs }: Dependencies,
  { epoch, revision, beganAtMs }: Taken,
): Reign {
  const fence: Expectation = { collection: 'leaderships', key: LEADERSHIP_KEY, revision };
  let lastBeatAtMs = beganAtMs;
  let beats = 0;
  return {
    epoch,
    fence,
    isOn: () => clock.monotonicMs() - lastBeatAtMs < leaseMs,
    beat: async () => {
      const atMs = clock.monotonicMs();
      beats += 1;
      await store.commit({
        scope: LEADERSHIP_SCOPE,
        expect: [fence],
        writes: [
          {
            kind: 'put',
            collection: 'heartbeats',
            key: LEADERSHIP_KEY,
            value: { epoch, beat: beats },
          },
        ],
        events: [],
      });
      lastBeatAtMs = atMs;
    },
  };
}
