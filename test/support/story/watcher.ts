import type { EnvironmentStatus } from '../../../src/model/environment.ts';
import type { RunRecord, RunStatus } from '../../../src/model/run.ts';
import type { StepRecord, StepStatus } from '../../../src/model/step.ts';
import type { Store, Transaction, Write } from '../../../src/store/store.ts';

/** Sees every commit and says what must never be. */
export interface Watcher {
  readonly violations: string[];
  complain(what: string): void;
  /** Of whoever began the step last, by run and address. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Called when it is known how an effect on `<environment>/<address>` ended. */
  onSettled: (key: string) => void;
}

/** The states of the design; `new`: there was no record. */
const ENVIRONMENT: Record<EnvironmentStatus | 'new', EnvironmentStatus[]> = {
  new: ['deploying'],
  deploying: ['validating', 'failed'],
  validating: ['ok', 'failed'],
  ok: ['deploying', 'destroying', 'failed'],
  failed: ['deploying', 'destroying', 'ok'],
  destroying: ['destroyed', 'failed'],
  destroyed: ['deploying'],
};

const RUN: Record<RunStatus | 'new', RunStatus[]> = {
  new: ['queued'],
  queued: ['planning', 'failed', 'cancelled'],
  planning: ['awaiting-approval', 'running', 'failed', 'cancelled'],
  'awaiting-approval': ['running', 'failed', 'cancelled'],
  running: ['awaiting-approval', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

const STEP: Record<StepStatus | 'new', StepStatus[]> = {
  new: ['pending', 'unknown'],
  pending: ['dispatched', 'succeeded', 'skipped', 'cancelled', 'failed', 'parked'],
  dispatched: ['running', 'pending', 'cancelled', 'parked', 'unknown'],
  running: ['succeeded', 'failed', 'cancelled', 'unknown', 'pending'],
  parked: ['pending', 'cancelled', 'skipped'],
  unknown: ['dispatched', 'succeeded', 'pending', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
};

const ACTIVE: readonly RunStatus[] = ['planning', 'awaiting-approval', 'running'];

type Put<C extends Write['collection']> = Extract<Write, { kind: 'put'; collection: C }>;

export function watch(store: Store): Watcher {
  const statuses = new Map<string, string>();
  const active = new Map<string, RunRecord>();
  const begun = new Map<string, number>();
  const numbers = new Map<string, number>();
  const tokens = new Map<string, string>();

  const watcher: Watcher = {
    violations: [],
    complain: (what) => watcher.violations.push(what),
    tokens,
    onSettled: () => {},
  };

  /** Returns where the record was, if it has moved. */
  function moved(write: Put<'environments' | 'runs' | 'steps'>): string | undefined {
    const name = `${write.collection} ${write.key}`;
    const before = statuses.get(name) ?? 'new';
    const { status } = write.value;
    statuses.set(name, status);
    if (before === status) return undefined;
    const table: Record<string, readonly string[]> =
      write.collection === 'environments' ? ENVIRONMENT : write.collection === 'runs' ? RUN : STEP;
    if (!table[before]?.includes(status)) watcher.complain(`${name}: ${before} -> ${status}`);
    return before;
  }

  function seeEnvironment(write: Put<'environments'>, { events }: Transaction): void {
    if (moved(write) === undefined) return;
    const type = `environment.${write.value.status}`;
    if (!events.some((event) => event.type === type)) watcher.complain(`no event ${type}`);
  }

  function seeRun(write: Put<'runs'>, { events }: Transaction): void {
    const run = write.value;
    const before = moved(write);
    if (before === undefined) return;
    const type = `run.${run.status}`;
    if (!events.some((event) => event.type === type && event.runId === run.id)) {
      watcher.complain(`no event ${type}`);
    }
    if (before === 'queued' && run.status === 'planning') seeBeginning(run);
    if (active.get(run.environment)?.id === run.id && !ACTIVE.includes(run.status)) {
      active.delete(run.environment);
    }
  }

  function seeBeginning(run: RunRecord): void {
    const other = active.get(run.environment);
    if (other !== undefined) watcher.complain(`run ${run.id} begins beside ${other.id}`);
    active.set(run.environment, run);
    if ((begun.get(run.environment) ?? 0) >= run.order)
      watcher.complain(`run ${run.id}: overtaken`);
    begun.set(run.environment, run.order);
  }

  function seeStep(write: Put<'steps'>, { events }: Transaction): void {
    const step = write.value;
    const before = moved(write);
    if (step.claim !== null) tokens.set(write.key, step.claim.token);
    if (before === undefined || before === 'new') return;
    const told = events.some(
      (event) =>
        event.type.startsWith('step.') &&
        event.runId === step.runId &&
        event.address === step.address,
    );
    if (!told) watcher.complain(`no event of step ${write.key}: ${before} -> ${step.status}`);
    if (isSettled(before, step)) watcher.onSettled(`${step.environment}/${step.address}`);
  }

  function see(write: Extract<Write, { kind: 'put' }>, transaction: Transaction): void {
    if (write.collection === 'environments') seeEnvironment(write, transaction);
    else if (write.collection === 'runs') seeRun(write, transaction);
    else if (write.collection === 'steps') seeStep(write, transaction);
  }

  store.watch((transaction, { number }) => {
    if (number !== (numbers.get(transaction.scope) ?? 0) + 1) {
      watcher.complain(`${transaction.scope}: number ${number} out of turn`);
    }
    numbers.set(transaction.scope, number);
    for (const write of transaction.writes) if (write.kind === 'put') see(write, transaction);
  });
  return watcher;
}

/** A report or an inspection said how it ended, or a person did. */
function isSettled(before: string, { status }: StepRecord): boolean {
  if (before === 'running') return status !== 'unknown';
  return before === 'unknown' && status !== 'dispatched';
}
