import type { Address } from '../../model/address.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import { isStepFinished } from '../../model/step.ts';
import type { Stored, Transaction, Write } from '../../store/store.ts';
import type { TemplateIndex } from '../templates.ts';
import { createReadiness, type LaneOf, type Readiness } from './readiness.ts';

/**
 * What this process knows of a run it holds: the newest records it has seen, whoever wrote them.
 * Every transaction names the revisions it rests on, so a view that lags is refused, never wrong.
 */
export interface RunView {
  run: Stored<RunRecord>;
  environment: Stored<EnvironmentRecord>;
  readonly template: TemplateIndex | null;
  readonly steps: ReadonlyMap<Address, Stored<StepRecord>>;
  readonly resources: ReadonlyMap<Address, Stored<ResourceRecord>>;
  readonly readiness: Readiness;
  /**
   * Every transaction of the environment up to this number is known here. Own commits do not raise
   * it: another process may have committed before them what was not read yet.
   */
  readonly readUpTo: number;
  step(address: Address): Stored<StepRecord>;
  /** Takes in what a committed transaction wrote. Older news than known is dropped. */
  absorb(writes: readonly Write[], number: number): void;
  /**
   * Takes in what is about to be committed, so that what follows from it can be decided at once.
   * Revisions stay those that the commit rests on. Returns how to take it back.
   */
  assume(writes: readonly Write[]): () => void;
  /** The last that this process wanted to commit about the run: it is taken in by who committed it. */
  committing: Transaction | null;
  /** Called for every step whose newest state is taken in. */
  onStep: (step: StepRecord) => void;
  /** Takes in what was read from the store: steps first, the rest after them. */
  refresh(records: Partial<Omit<RunRecords, 'template'>>): void;
  /** Grows whenever a resource changes: what was derived from resources is derived anew then. */
  readonly resourcesVersion: number;
}

export interface RunRecords {
  run: Stored<RunRecord>;
  environment: Stored<EnvironmentRecord>;
  template: TemplateIndex | null;
  steps: Stored<StepRecord>[];
  resources: Stored<ResourceRecord>[];
}

export function createRunView(records: RunRecords, laneOf: LaneOf): RunView {
  const steps = new Map(records.steps.map((stored) => [stored.value.address, stored]));
  const resources = new Map(records.resources.map((stored) => [stored.value.address, stored]));
  const readiness = createReadiness(
    records.steps.map((stored) => stored.value),
    laneOf,
  );
  let readUpTo = highest(records.resources);
  let resourcesVersion = 0;

  function absorbStep(step: StepRecord, revision: number): void {
    const known = steps.get(step.address);
    if (step.runId !== records.run.value.id || (known?.revision ?? 0) >= revision) return;
    takeStep(step, revision);
  }

  function takeStep(step: StepRecord, revision: number): Stored<StepRecord> {
    const taken = { value: withoutBulk(step), revision };
    steps.set(step.address, taken);
    if (isRemoved(step)) dropResource(step.address);
    readiness.update(step);
    view.onStep(step);
    return taken;
  }

  function absorbResource(value: ResourceRecord, revision: number): void {
    const step = steps.get(value.address);
    const removedAt = step !== undefined && isRemoved(step.value) ? step.revision : 0;
    const known = resources.get(value.address)?.revision ?? removedAt;
    if (known < revision) putResource(value.address, { value, revision });
  }

  function putResource(address: Address, stored: Stored<ResourceRecord>): void {
    resourcesVersion += 1;
    resources.set(address, stored);
  }

  function dropResource(address: Address): void {
    resourcesVersion += 1;
    resources.delete(address);
  }

  function absorbEnvironment(value: EnvironmentRecord, revision: number): void {
    if (view.environment.revision < revision) view.environment = { value, revision };
  }

  function absorbRun(value: RunRecord, revision: number): void {
    if (value.id !== view.run.value.id || view.run.revision >= revision) return;
    view.run = { value, revision };
  }

  function absorbPut(write: Extract<Write, { kind: 'put' }>, number: number): void {
    if (write.collection === 'steps') absorbStep(write.value, number);
    else if (write.collection === 'resources') absorbResource(write.value, number);
    else if (write.collection === 'runs') absorbRun(write.value, number);
    else if (write.collection === 'environments') absorbEnvironment(write.value, number);
  }

  function assumePut(write: Extract<Write, { kind: 'put' }>): (() => void)[] {
    if (write.collection === 'steps') return assumeStep(write.value);
    return write.collection === 'resources' ? assumeResource(write.value) : [];
  }

  function assumeStep(step: StepRecord): (() => void)[] {
    const before = steps.get(step.address);
    if (before === undefined) return [];
    const resource = resources.get(step.address);
    const assumed = takeStep(step, before.revision);
    return [
      () => {
        if (steps.get(step.address) !== assumed) return;
        steps.set(step.address, before);
        if (isRemoved(step) && resource !== undefined) putResource(step.address, resource);
      },
    ];
  }

  function assumeResource(value: ResourceRecord): (() => void)[] {
    const before = resources.get(value.address);
    const assumed = { value, revision: before?.revision ?? 0 };
    putResource(value.address, assumed);
    return [
      () => {
        if (resources.get(value.address) !== assumed) return;
        if (before === undefined) dropResource(value.address);
        else putResource(value.address, before);
      },
    ];
  }

  const view: RunView = {
    run: records.run,
    environment: records.environment,
    template: records.template,
    steps,
    resources,
    readiness,
    committing: null,
    onStep: () => {},
    get readUpTo() {
      return readUpTo;
    },
    get resourcesVersion() {
      return resourcesVersion;
    },
    step(address) {
      const stored = steps.get(address);
      if (stored === undefined) throw new Error(`run ${view.run.value.id} has no step ${address}`);
      return stored;
    },
    absorb(writes, number) {
      for (const write of newestOf(writes)) if (write.kind === 'put') absorbPut(write, number);
    },
    assume(writes) {
      const assumed = writes.flatMap((write) => (write.kind === 'put' ? assumePut(write) : []));
      return () => {
        for (const takeBack of assumed.reverse()) takeBack();
        readiness.reset([...steps.values()].map(({ value }) => value));
        for (const { value } of steps.values()) view.onStep(value);
      };
    },
    refresh({ run, environment, steps: newSteps = [], resources: newResources = [] }) {
      if (run !== undefined) absorbRun(run.value, run.revision);
      if (environment !== undefined) absorbEnvironment(environment.value, environment.revision);
      for (const { value, revision } of newResources) absorbResource(value, revision);
      for (const { value, revision } of newSteps) absorbStep(value, revision);
      readUpTo = Math.max(readUpTo, highest(newSteps));
    },
  };

  return view;
}

/** A step may go through several states in one transaction: the last one counts. */
function newestOf(writes: readonly Write[]): Iterable<Write> {
  return new Map(writes.map((write) => [`${write.collection} ${write.key}`, write])).values();
}

function highest(stored: readonly Stored<unknown>[]): number {
  return stored.reduce((most, { revision }) => Math.max(most, revision), 0);
}

function isRemoved({ action, status }: StepRecord): boolean {
  return action === 'remove' && status === 'succeeded';
}

/** A finished step's inputs are not looked at again: large runs need not keep them in memory. */
function withoutBulk(step: StepRecord): StepRecord {
  return isStepFinished(step) ? { ...step, spec: null } : step;
}
