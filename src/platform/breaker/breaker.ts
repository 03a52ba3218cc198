import CircuitBreaker from 'opossum';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { BreakerOptions } from './options.ts';
import { createProbing } from './probing.ts';
import { withinTime } from './within-time.ts';

/**
 * Keeps calls away from a system that does not answer. States:
 *
 *   closed -> open (enough calls failed, or a probe that somebody's suspicion asked for)
 *   open -> half-open (its probe is under way) -> closed | open
 *
 * Only a probe closes it: nobody's work is risked to find out.
 */
export interface Breaker {
  /** Its name, as errors carry it in `facts.system`. */
  readonly system: string;
  /**
   * A short call, with a signal that ends with the caller's or when its time is up. Rejects with
   * SYSTEM_UNAVAILABLE where it is open or the time is up. What `work` rejects with is passed on, and
   * counts as a failure of the system only where its facts name that system.
   */
  call<T>(work: (signal: AbortSignal) => Promise<T>, terms?: CallTerms): Promise<T>;
  state(): BreakerState;
  /** How many of its probes have passed. */
  probesPassed(): number;
  /** When it last answered, by the clock; null: never. */
  wellAtMs(): number | null;
  /** Somebody else saw the system fail: it is asked soon. */
  suspect(): void;
  /** Calls back after each change of the state. Returns how to hear no more. */
  watch(listener: (state: BreakerState) => void): () => void;
  /** Ends its timers; calls go on as they are. */
  close(): void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface CallTerms {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

type Work = () => Promise<unknown>;

export function createBreaker(options: BreakerOptions): Breaker {
  const { system, title, settings, clock } = options;
  const circuit = createCircuit(options);
  const listeners = new Set<(state: BreakerState) => void>();
  let wellAtMs: number | null = null;
  let passed = 0;
  let told: BreakerState = 'closed';

  const answered = () => {
    wellAtMs = clock.nowMs();
  };
  const state = (): BreakerState => {
    if (!circuit.opened) return 'closed';
    return probing.isAsking() ? 'half-open' : 'open';
  };
  const tell = () => {
    const now = state();
    if (now === told) return;
    told = now;
    for (const listener of [...listeners]) listener(now);
  };
  const probing = createProbing({
    ...options,
    onPassed: () => {
      answered();
      passed += 1;
      circuit.close();
    },
    onFailed: () => circuit.open(),
    onChange: tell,
  });
  circuit.on('open', () => {
    probing.keepAsking();
    tell();
  });
  circuit.on('close', () => {
    probing.rest();
    tell();
  });

  return {
    system,
    call: async (work, { signal, timeoutMs = settings.callTimeoutMs } = {}) => {
      signal?.throwIfAborted();
      if (circuit.opened) throw away(system, `${title} does not answer: it is asked again soon.`);
      const late = () => away(system, `${title} did not answer within ${timeoutMs} ms.`);
      const run = () => withinTime(work, { clock, timeoutMs, signal, late });
      // It returns what its work resolves with.
      const result = (await circuit.fire(run)) as Awaited<ReturnType<typeof work>>;
      answered();
      return result;
    },
    state,
    probesPassed: () => passed,
    wellAtMs: () => wellAtMs,
    suspect: () => probing.askNow(),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      probing.rest();
      circuit.shutdown();
    },
  };
}

/**
 * Counts, and is open or closed. It never times a call out: it would not end the work. Nor does it
 * ever half-open by itself.
 */
function createCircuit({ system, settings }: BreakerOptions): CircuitBreaker<[Work], unknown> {
  return new CircuitBreaker((work: Work) => work(), {
    timeout: false,
    resetTimeout: TIMER_MAX_MS,
    errorThresholdPercentage: 50,
    volumeThreshold: settings.failuresMin,
    rollingCountTimeout: settings.windowMs,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorFilter: (error: unknown) => !isFailureOf(system, error),
  });
}

/** Node's own bound, 25 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Whether the system is what failed: whatever else it answers shows that it lives. */
function isFailureOf(system: string, error: unknown): boolean {
  return isBiotopeError(error) && error.facts.system === system;
}

function away(system: string, message: string): BiotopeError {
  return new BiotopeError('SYSTEM_UNAVAILABLE', { message, facts: { system } });
}
