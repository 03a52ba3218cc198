import type {
  Applied,
  BundleReader,
  Executor,
  ExecutorDefinition,
  Inspected,
  Prior,
  ResolvedSpec,
  ResolvedValue,
  StepContext,
} from '../../../src/executors/executor.ts';
import type { Planned } from '../../../src/executors/planned.ts';
import { SecretOutput } from '../../../src/executors/secret-output.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { secretText } from '../../../src/model/secret.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** An executor with a world of its own that a test can look at. */
export interface ExecutorSubject {
  definition: ExecutorDefinition;
  executor: Executor;
  /** Two specs of one resource. Both must hold `secret` wherever the executor takes secrets. */
  first: ResolvedSpec;
  changed: ResolvedSpec;
  /** In the clear; must appear nowhere. */
  secret: string;
  bundle: BundleReader;
  bundleFolder: string;
  /**
   * All that exists outside, each thing with a mark of when it was made or changed: equal marks mean
   * that nothing was done in between. May hold things of others, which must stay as they are.
   */
  world(): Promise<JsonValue>;
  /** Takes away or changes a part of what `first` made. */
  damage(): Promise<void>;
  adoption: AdoptionSubject;
}

/** How a world looks in which the thing is there already, and nobody here made it. */
export interface AdoptionSubject {
  /** What a person says of it. */
  how: JsonObject;
  /** A spec that fits what is there but for what may change in place. Holds `secret`. */
  spec: ResolvedSpec;
  /** Puts it there, with things of others beside it. */
  prepare(): Promise<void>;
  /** What must be left of the world once what was adopted is destroyed. */
  rest(): Promise<JsonValue>;
}

export interface Terms {
  stepId?: string;
  signal?: AbortSignal;
}

/**
 * A resource as the engine keeps it: what was asked last is known before an executor begins, its
 * outcome only where it was reported.
 */
export interface Life {
  plan(spec: ResolvedSpec, how?: JsonObject): Promise<Planned>;
  apply(spec: ResolvedSpec, terms?: Terms): Promise<Applied>;
  /** The effect happens, and the worker dies before it can report. */
  applyAndDie(spec: ResolvedSpec, terms?: Terms): Promise<Applied>;
  adopt(spec: ResolvedSpec, how: JsonObject, terms?: Terms): Promise<Applied>;
  /** It is taken over, and the worker dies before it can report. */
  adoptAndDie(spec: ResolvedSpec, how: JsonObject, terms?: Terms): Promise<Applied>;
  inspect(spec: ResolvedSpec, terms?: Terms): Promise<Inspected>;
  destroy(terms?: Terms): Promise<void>;
  /** It is gone, and the worker dies before it can report. */
  destroyAndDie(terms?: Terms): Promise<void>;
  /** Everything that was said or handed over, states apart: they are sealed before they are kept. */
  said(): string;
}

export async function beginLife(subject: ExecutorSubject): Promise<Life> {
  const { executor, bundleFolder } = subject;
  const workFolder = temporaryFolder();
  const said: unknown[] = [];
  let prior: Prior | null = null;
  let lastSpec = subject.first;

  const context = (spec: ResolvedSpec, terms: Terms): StepContext => ({
    stepId: terms.stepId ?? 'run-1/thing[0]',
    environment: 'contract',
    address: 'thing[0]',
    identity: 'thing[0]',
    attempt: 1,
    spec,
    prior,
    bundleFolder,
    workFolder,
    signal: terms.signal ?? new AbortController().signal,
    confirm: async () => {},
    redact: (text) => text,
    log: (line) => said.push(line),
    progress: (message) => said.push(message),
    checkpoint: async (state) => {
      if (prior !== null) prior = { ...prior, state };
    },
  });

  const heard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      said.push(withoutState(result));
      return result;
    } catch (error) {
      said.push(failureTexts(error));
      throw error;
    }
  };

  const begin = (spec: ResolvedSpec, terms: Terms): StepContext => {
    const begun = context(spec, terms);
    lastSpec = spec;
    const nothing = { record: null, outputs: {}, state: null };
    prior = { ...(prior ?? nothing), spec: asWritten(spec) };
    return begun;
  };

  const applyAndDie = async (spec: ResolvedSpec, terms: Terms = {}) =>
    heard(executor.apply(begin(spec, terms)));

  const destroyAndDie = async (terms: Terms = {}) => {
    const spec = executor.destroyNeedsSpec ? lastSpec : {};
    await heard(executor.destroy(context(spec, terms)));
  };

  const adoptAndDie = async (spec: ResolvedSpec, how: JsonObject, terms: Terms = {}) => {
    if (executor.adopt === undefined) throw new Error('it adopts nothing');
    return heard(executor.adopt(begin(spec, terms), { how, isRecorded: async () => false }));
  };

  const reported = (spec: ResolvedSpec, applied: Applied): Applied => {
    const { record, outputs, state } = applied;
    prior = { spec: asWritten(spec), record, outputs: asRecorded(outputs), state };
    return applied;
  };

  return {
    plan: (spec, how) => {
      const adoption = how === undefined ? undefined : { how, isRecorded: async () => false };
      return heard(executor.plan(context(spec, {}), adoption));
    },
    applyAndDie,
    apply: async (spec, terms = {}) => reported(spec, await applyAndDie(spec, terms)),
    adoptAndDie,
    adopt: async (spec, how, terms = {}) => reported(spec, await adoptAndDie(spec, how, terms)),
    inspect: (spec, terms = {}) => heard(executor.inspect(context(spec, terms))),
    destroyAndDie,
    destroy: async (terms = {}) => {
      await destroyAndDie(terms);
      prior = null;
    },
    said: () => said.map((item) => JSON.stringify(item)).join('\n'),
  };
}

function withoutState(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('state' in result)) return result;
  return { ...result, state: null };
}

function failureTexts(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const failure = 'failure' in error ? error.failure : null;
  return { message: error.message, stack: error.stack, failure };
}

/** As it stands in the store: references in the place of secrets. */
function asWritten(spec: ResolvedSpec): JsonObject {
  return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, written(value)]));
}

function written(value: ResolvedValue): JsonValue {
  if (value instanceof SecretValue) return reference('input');
  if (Array.isArray(value)) return value.map(written);
  return typeof value === 'object' && value !== null ? asWritten(value) : value;
}

function asRecorded(outputs: Applied['outputs']): JsonObject {
  const recorded = Object.entries(outputs).map(([name, output]) => {
    if (output instanceof SecretOutput) return [name, output.text] as const;
    return [name, output instanceof SecretValue ? reference(name) : output] as const;
  });
  return Object.fromEntries(recorded);
}

function reference(field: string): JsonObject {
  return secretText([{ path: 'contract/secret', version: 1, field }]);
}

/** Outputs for a comparison, secret ones included. */
export function plain(outputs: Applied['outputs']): unknown {
  return Object.entries(outputs)
    .map(([name, output]) => [name, output instanceof SecretValue ? output.reveal() : output])
    .sort();
}
