import { isBiotopeError } from '../../model/errors.ts';
import {
  beginReign,
  endReign,
  type HeartbeatRecord,
  LEADERSHIP_KEY,
  LEADERSHIP_SCOPE,
  type LeadershipRecord,
} from '../../model/leadership.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Store, Stored, Write } from '../../store/store.ts';
import { createReign, type Reign } from './reign.ts';

/**
 * Which of several processes on one store does what only one of them should: publish, deliver, look
 * after schedules and health. States of this process:
 *
 *   following -> leading   nobody leads; who leads beats no more; or it goes before a guest who does
 *   leading -> following   its lease is over, another one leads, or it hands the leadership back
 *
 * No clock of another machine counts. A leader beats: it raises a number in the store. Whoever follows
 * takes over once that number has stood still for a lease by its own clock; and a leader believes in
 * itself for one lease since it began to write the last beat, which is never later. One that was stopped
 * in between may still believe so for a moment: what it writes through `store` is refused.
 */
export interface Leadership {
  isLeading(): boolean;
  /** Every commit names the reign of this process: refused with STORE_CONFLICT where that is over. */
  readonly store: Store;
  /** Calls back when this process begins or ceases to lead. */
  watch(listener: () => void): () => void;
}

export interface Candidate extends Leadership {
  /** Resolves after a first look. */
  start(): Promise<void>;
  /** Hands the leadership back. */
  stop(): Promise<void>;
}

export interface LeadershipTerms {
  store: Store;
  clock: Clock;
  log: Logger;
  /** This process, uniquely. */
  holder: string;
  leaseMs: number;
  /** It stays: it goes before one that leads only until its command is done. */
  isService: boolean;
}

/** Of a store that one process drives alone. */
export function soleLeadership(store: Store): Leadership {
  return { isLeading: () => true, store, watch: () => () => {} };
}

/** Beats in a lease: two may be lost. */
const BEATS = 3;
const LOOK_MAX_MS = 1_000;

export function createLeadership(terms: LeadershipTerms): Candidate {
  const { store, clock, log, holder, leaseMs } = terms;
  const listeners = new Set<() => void>();
  const silence = createSilence(terms);
  let reign: Reign | null = null;
  let wasLeading = false;
  let timer: Timer | null = null;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;

  const isLeading = () => reign?.isOn() === true;

  function tell(): void {
    if (isLeading() === wasLeading) return;
    wasLeading = isLeading();
    log.info({ holder, epoch: reign?.epoch }, wasLeading ? 'this process leads' : 'leads no more');
    for (const listener of [...listeners]) listener();
  }

  async function look(): Promise<void> {
    try {
      if (reign === null) await followOrLead();
      else await reign.beat();
    } catch (error) {
      // Somebody else was faster; or nobody can tell now.
      if (isBiotopeError(error, 'STORE_CONFLICT')) reign = null;
      else log.debug({ err: error }, 'the leadership could not be looked at; tried again soon');
    }
    // Its own lease is over: it looks like everybody else.
    if (reign !== null && !reign.isOn()) reign = null;
    tell();
  }

  async function followOrLead(): Promise<void> {
    const [led, beat] = await Promise.all([
      store.get('leaderships', LEADERSHIP_KEY),
      store.get('heartbeats', LEADERSHIP_KEY),
    ]);
    if (!isFree(led, beat)) return;
    reign = await take(led, beat);
  }

  function isFree(
    led: Stored<LeadershipRecord> | undefined,
    beat: Stored<HeartbeatRecord> | undefined,
  ): boolean {
    if (led === undefined || led.value.holder === null || led.value.holder === holder) return true;
    if (terms.isService && !led.value.isService) return true;
    return silence.isOver(beat?.revision ?? 0);
  }

  async function take(
    led: Stored<LeadershipRecord> | undefined,
    beat: Stored<HeartbeatRecord> | undefined,
  ): Promise<Reign> {
    const taken = beginReign(led?.value, terms, clock.nowMs());
    const beganAtMs = clock.monotonicMs();
    const { number } = await store.commit({
      scope: LEADERSHIP_SCOPE,
      expect: [
        { collection: 'leaderships', key: LEADERSHIP_KEY, revision: led?.revision ?? null },
        { collection: 'heartbeats', key: LEADERSHIP_KEY, revision: beat?.revision ?? null },
      ],
      writes: [putLeadership(taken), putBeat({ epoch: taken.epoch, beat: 0 })],
      events: [],
    });
    return createReign(terms, { epoch: taken.epoch, revision: number, beganAtMs });
  }

  async function handBack(): Promise<void> {
    const led = await store.get('leaderships', LEADERSHIP_KEY);
    if (led === undefined || led.value.holder !== holder) return;
    await store.commit({
      scope: LEADERSHIP_SCOPE,
      expect: [{ collection: 'leaderships', key: LEADERSHIP_KEY, revision: led.revision }],
      writes: [putLeadership(endReign(led.value))],
      events: [],
    });
  }

  function lookAgain(): void {
    if (isStopped) return;
    const everyMs = leaseMs / BEATS;
    timer = clock.setTimer(reign === null ? Math.min(LOOK_MAX_MS, everyMs) : everyMs, () => {
      looking = look().then(lookAgain);
    });
  }

  return {
    isLeading,
    store: {
      ...store,
      commit: async (transaction) => {
        const fence = reign?.fence ?? NEVER;
        return store.commit({ ...transaction, expect: [...transaction.expect, fence] });
      },
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async () => {
      await look();
      lookAgain();
    },
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      await looking;
      const wasOn = reign !== null;
      reign = null;
      tell();
      // Otherwise the others wait for the end of the lease.
      if (wasOn) await handBack().catch(() => {});
    },
  };
}

/** No record has it: who leads not commits nothing. */
const NEVER = { collection: 'leaderships', key: LEADERSHIP_KEY, revision: -1 } as const;

/** For how long the same beat was seen, by the clock of this process. */
function createSilence({ clock, leaseMs }: LeadershipTerms) {
  let seen: { revision: number; sinceMs: number } | null = null;
  return {
    isOver: (revision: number) => {
      const nowMs = clock.monotonicMs();
      if (seen?.revision !== revision) seen = { revision, sinceMs: nowMs };
      return nowMs - seen.sinceMs > leaseMs;
    },
  };
}

function putLeadership(value: LeadershipRecord): Write {
  return { kind: 'put', collection: 'leaderships', key: LEADERSHIP_KEY, value };
}

function putBeat(value: HeartbeatRecord): Write {
  return { kind: 'put', collection: 'heartbeats', key: LEADERSHIP_KEY, value };
}
