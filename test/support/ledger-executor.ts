import {
  type Executor,
  type ExecutorDefinition,
  ExecutorError,
  type StepContext,
  stopReason,
} from '../../src/executors/executor.ts';
import type { Failure } from '../../src/model/run.ts';

/** One thing that really happened, in order. */
export interface Effect {
  what: 'begin' | 'apply' | 'destroy' | 'inspect';
  key: string;
}

/** How a resource behaves: a test sets it by `<environment>/<address>`. */
export interface Behaviour {
  /** Fails this many times first. */
  failures?: number;
  retryable?: boolean;
  /** Is not over before the test lets it. */
  gate?: Promise<void>;
}

/**
 * An executor over a ledger in memory that outlives the engines of a test, as a cloud outlives its
 * provisioner: it knows what exists, and every effect is on record.
 */
export function createLedger(options: { canInspect?: boolean } = {}) {
  const effects: Effect[] = [];
  const existing = new Map<string, string>();
  const behaviours = new Map<string, Behaviour>();

  const definition: ExecutorDefinition = {
    kind: 'ledger',
    description: 'Writes into a ledger.',
    canInspect: () => options.canInspect ?? true,
    check: async () => ({ problems: [], contentPaths: [], outputs: null }),
    allowsSecret: () => true,
    defaultTimeoutMs: 60_000,
  };

  const keyOf = (context: StepContext) => `${context.environment}/${context.address}`;

  async function perform(context: StepContext): Promise<void> {
    const key = keyOf(context);
    const behaviour = behaviours.get(key) ?? {};
    effects.push({ what: 'begin', key });
    await Promise.race([behaviour.gate ?? Promise.resolve(), aborted(context.signal)]);
    if (stopReason(context.signal) !== undefined) {
      throw new ExecutorError({ kind: 'cancelled', failure: failure(`${key} was stopped`) });
    }
    if ((behaviour.failures ?? 0) > 0) {
      behaviour.failures = (behaviour.failures ?? 0) - 1;
      throw new ExecutorError({
        kind: 'failed',
        failure: failure(`${key} failed as it was told`),
        retryable: behaviour.retryable ?? false,
      });
    }
  }

  const executor: Executor = {
    needsFiles: false,
    destroyNeedsSpec: true,
    plan: async () => ({ changes: [] }),
    async apply(context) {
      await perform(context);
      const key = keyOf(context);
      effects.push({ what: 'apply', key });
      existing.set(key, JSON.stringify(context.spec));
      return { outputs: { of: key, ...context.spec }, record: { key }, parts: [], state: null };
    },
    async destroy(context) {
      await perform(context);
      effects.push({ what: 'destroy', key: keyOf(context) });
      existing.delete(keyOf(context));
    },
    async inspect(context) {
      const key = keyOf(context);
      effects.push({ what: 'inspect', key });
      const found = existing.get(key);
      const same = found === JSON.stringify(context.spec);
      return {
        finding: found === undefined ? 'absent' : same ? 'present' : 'partial',
        differences: [],
        outputs: { of: key, ...context.spec },
        record: { key },
        parts: [],
        state: null,
      };
    },
  };

  return {
    definitions: new Map([['ledger', definition]]),
    executors: new Map([['ledger', executor]]),
    effects,
    existing,
    behave: (key: string, behaviour: Behaviour) => behaviours.set(key, behaviour),
    /** The order in which things were made or removed. */
    done: (what: 'apply' | 'destroy') =>
      effects.filter((effect) => effect.what === what).map((effect) => effect.key),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function failure(message: string): Failure {
  return { code: 'STEP_FAILED', message, detail: null, address: null };
}
