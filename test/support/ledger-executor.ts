import {
  type Applied,
  type Executor,
  type ExecutorDefinition,
  ExecutorError,
  type StepContext,
  stopReason,
} from '../../src/executors/executor.ts';
import type { PlannedChange } from '../../src/executors/planned.ts';
import type { Difference } from '../../src/model/drift.ts';
import type { Failure } from '../../src/model/run.ts';

/** One thing that really happened, in order. */
export interface Effect {
  what: 'begin' | 'apply' | 'adopt' | 'rotate' | 'destroy' | 'inspect';
  key: string;
}

/** How a resource behaves: a test sets it by `<environment>/<address>`. */
export interface Behaviour {
  /** Fails this many times first. */
  failures?: number;
  retryable?: boolean;
  /** What its plan says. */
  changes?: PlannedChange[];
  /** Is not over before the test lets it. */
  gate?: Promise<void>;
  /** Told by every inspection. */
  differences?: Difference[];
  /** Inspections fail this many times first. */
  blindness?: number;
}

/**
 * An executor over a ledger in memory that outlives the engines of a test, as a cloud outlives its
 * provisioner: it knows what exists, and every effect is on record.
 */
export function createLedger(options: { canInspect?: boolean; needs?: string[] } = {}) {
  const effects: Effect[] = [];
  const existing = new Map<string, string>();
  const behaviours = new Map<string, Behaviour>();
  /** Of what was rotated: how often, and by which step last. */
  const versions = new Map<string, { version: number; stepId: string }>();

  const definition: ExecutorDefinition = {
    kind: 'ledger',
    description: 'Writes into a ledger.',
    canInspect: () => options.canInspect ?? true,
    check: async () => ({ problems: [], contentPaths: [], outputs: null }),
    secretOutputs: ({ secret }) => (typeof secret === 'string' ? [secret] : []),
    checkAdoption: (_spec, how) => ('wrong' in how ? ['"wrong" is not known.'] : []),
    canRotate: (spec) => spec.generates !== false,
    allowsSecret: () => true,
    needs: () => options.needs ?? [],
    startsPrograms: true,
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

  function applied(context: StepContext): Applied {
    const key = keyOf(context);
    const version = versions.get(key)?.version ?? 1;
    return {
      outputs: { of: key, version, ...context.spec },
      record: { key },
      parts: [],
      state: null,
    };
  }

  const executor: Executor = {
    needsFiles: false,
    destroyNeedsSpec: true,
    plan: async (context) => ({ changes: behaviours.get(keyOf(context))?.changes ?? [] }),
    async apply(context) {
      await perform(context);
      const key = keyOf(context);
      effects.push({ what: 'apply', key });
      existing.set(key, JSON.stringify(context.spec));
      return applied(context);
    },
    async adopt(context) {
      await perform(context);
      const key = keyOf(context);
      if (!existing.has(key)) {
        const refused = { ...failure(`there is no ${key}`), code: 'ADOPTION_REFUSED' } as const;
        throw new ExecutorError({ kind: 'failed', failure: refused });
      }
      effects.push({ what: 'adopt', key });
      existing.set(key, JSON.stringify(context.spec));
      return applied(context);
    },
    async rotate(context) {
      await perform(context);
      const key = keyOf(context);
      const before = versions.get(key) ?? { version: 1, stepId: '' };
      if (before.stepId !== context.stepId) {
        effects.push({ what: 'rotate', key });
        versions.set(key, { version: before.version + 1, stepId: context.stepId });
      }
      return applied(context);
    },
    async destroy(context) {
      await perform(context);
      effects.push({ what: 'destroy', key: keyOf(context) });
      existing.delete(keyOf(context));
    },
    async inspect(context) {
      const key = keyOf(context);
      effects.push({ what: 'inspect', key });
      const behaviour = behaviours.get(key) ?? {};
      if ((behaviour.blindness ?? 0) > 0) {
        behaviour.blindness = (behaviour.blindness ?? 0) - 1;
        const unseen = failure(`${key} could not be seen`);
        throw new ExecutorError({ kind: 'failed', failure: unseen, retryable: true });
      }
      const found = existing.get(key);
      const same = found === JSON.stringify(context.spec);
      const finding = found === undefined ? 'absent' : same ? 'present' : 'partial';
      return { ...applied(context), finding, differences: behaviours.get(key)?.differences ?? [] };
    },
  };

  return {
    definitions: new Map([['ledger', definition]]),
    executors: new Map([['ledger', executor]]),
    effects,
    existing,
    /** What it makes from now on has another version. */
    bump: (key: string) => versions.set(key, { version: 2, stepId: '' }),
    behave: (key: string, behaviour: Behaviour) => behaviours.set(key, behaviour),
    /** The order in which things were made or removed. */
    done: (what: Effect['what']) =>
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
