import type { EnvironmentRecord } from '../../../src/model/environment.ts';
import type { RunRecord, RunStatus } from '../../../src/model/run.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, type Commit, putsOf, type Records, type SeenPut } from './records.ts';
import { isOfHealth } from './states.ts';

/** From the last silence to what is made of it. */
const HEALTH_WITHIN_MS = 60_000;

const ACTIVE: readonly RunStatus[] = ['planning', 'awaiting-approval', 'running'];

const BUSY: readonly EnvironmentRecord['status'][] = ['deploying', 'validating', 'destroying'];

/**
 * One run at a time in an environment, in the order of acceptance, driven by the holder of its lease
 * alone; and an environment is busy exactly while one of its runs is.
 */
export function watchDriving(
  chronicle: Chronicle,
  facts: {
    records: Records;
    nowMs(): number;
    isDead(name: string): boolean;
    wasSilentSince(atMs: number): boolean;
  },
): Check {
  const { records, nowMs, isDead } = facts;
  const begunOrders = new Map<string, number>();

  function activeRuns(environment: string): RunRecord[] {
    return (
      records
        .all('runs')
        .filter((run) => run.environment === environment && ACTIVE.includes(run.status))
        // What waits for an approval before it begins leaves its environment as it is.
        .filter(({ startedAtMs }) => startedAtMs !== null)
    );
  }

  function seeRun(commit: Commit, write: SeenPut<'runs'>): void {
    const { value: run, before } = write;
    if (before === undefined) return;
    if (run.epoch < before.epoch) chronicle.complain(`run ${run.id}: its epoch went back`);
    if (before.startedAtMs === null && run.startedAtMs !== null) seeBeginning(run);
    if (run.epoch > before.epoch) seeTaking(run, before);
    else if (isHolders(run, before)) {
      demandHolder(commit, before, `made run ${run.id} ${run.status}`);
    }
  }

  /** Who waits for an approval is held by nobody: an approval, or an end, comes from outside. */
  function isHolders(run: RunRecord, before: RunRecord): boolean {
    if (before.status === run.status || before.startedAtMs === null) return false;
    return before.status !== 'awaiting-approval' || before.lease !== null;
  }

  function seeBeginning({ id, environment, order }: RunRecord): void {
    if ((begunOrders.get(environment) ?? 0) >= order) {
      chronicle.complain(`run ${id} was overtaken by a later one`);
    }
    begunOrders.set(environment, order);
  }

  /** Who takes it from somebody else must have waited for the end of his lease, or for his death. */
  function seeTaking(run: RunRecord, before: RunRecord): void {
    const { lease } = before;
    if (lease === null || run.lease?.holder === lease.holder) return;
    if (lease.expiresAtMs - CLOCKS_APART_MS > nowMs() && !isDead(lease.holder)) {
      chronicle.complain(`run ${run.id} was taken from ${lease.holder}, whose lease went on`);
    }
  }

  function demandHolder({ author }: Commit, run: RunRecord, what: string): void {
    const holder = run.lease?.holder ?? 'nobody';
    if (author !== undefined && author !== holder) {
      chronicle.complain(`${author} ${what}, and ${holder} holds the run`);
    }
  }

  function seeStep(commit: Commit, { value, before }: SeenPut<'steps'>): void {
    if (before === undefined || before.status === value.status) return;
    if (value.status !== 'dispatched' && value.status !== 'skipped') return;
    const own = putsOf(commit, 'runs').find(({ key }) => key === value.runId);
    const run = own === undefined ? records.get('runs', value.runId) : own.before;
    if (run === undefined) return;
    demandHolder(commit, run, `made step ${value.address} ${value.status}`);
  }

  /** When it is to end is said by a command, and forgotten by nobody. */
  function seeEnd({ transaction }: Commit, { value, before }: SeenPut<'environments'>): void {
    if (before === undefined || before.status === 'destroyed') return;
    if (value.plannedDestructionAtMs === before.plannedDestructionAtMs) return;
    if (transaction.events.some(({ type }) => type === 'environment.extended')) return;
    chronicle.complain(`${value.name}: when it is to end was changed, and nobody had asked for it`);
  }

  /** However an action ends, or a look: what is known of the environment is not changed by it. */
  function seeHeld({ value, before }: SeenPut<'environments'>): void {
    const runId = value.activeRunId ?? before?.activeRunId ?? '';
    const run = records.get('runs', runId);
    const holdsOnly = run?.kind === 'action' || run?.reconcile?.heal === false;
    if (before === undefined || !holdsOnly) return;
    const isSame =
      before.status === value.status && before.template.digest === value.template.digest;
    if (!isSame) chronicle.complain(`${value.name} was changed by the ${run?.kind} ${runId}`);
  }

  /** Health is lost by silence, comes back to what a run had made good, and yields to whoever holds it. */
  function seeHealth(write: SeenPut<'environments'>): void {
    if (!isOfHealth(write)) return;
    const { value, before } = write;
    const what = `${value.name} became ${value.status}`;
    if ((before?.activeRunId ?? null) !== null || value.activeRunId !== null) {
      chronicle.complain(`${what} by its health while a run holds it`);
    }
    if (before?.lastRunSucceeded !== true)
      chronicle.complain(`${what}, and its last run has failed`);
    if (value.status === 'failed' && !facts.wasSilentSince(nowMs() - HEALTH_WITHIN_MS)) {
      chronicle.complain(`${what}, and nothing was silent`);
    }
  }

  /** After everything the commit wrote. */
  function seeRest(name: string): void {
    const environment = records.get('environments', name);
    const active = activeRuns(name);
    if (active.length > 1) {
      chronicle.complain(`${name}: two runs at once, ${active.map(({ id }) => id).join(' and ')}`);
    }
    if (environment === undefined) return;
    const [run] = active;
    const isBusy = BUSY.includes(environment.status);
    // Of an action an environment shows nothing.
    const isBuilding = run !== undefined && run.kind !== 'action';
    // A reconciliation builds from what it heals first; until then it only looks.
    const mayLook = run?.kind === 'reconcile' && environment.lastRunId !== run.id;
    if (isBusy !== (isBuilding && !mayLook)) {
      const what = run === undefined ? 'no run is under way' : `run ${run.id} is under way`;
      chronicle.complain(`${name} is ${environment.status}, and ${what}`);
    }
    if (environment.activeRunId !== (run?.id ?? null)) {
      chronicle.complain(`${name} says that run ${environment.activeRunId} is under way`);
    }
  }

  return (commit) => {
    const runs = putsOf(commit, 'runs');
    const environments = putsOf(commit, 'environments');
    for (const write of runs) seeRun(commit, write);
    for (const write of putsOf(commit, 'steps')) seeStep(commit, write);
    for (const write of environments) seeEnd(commit, write);
    for (const write of environments) seeHealth(write);
    for (const write of environments) seeHeld(write);
    const touched = [...runs.map(({ value }) => value.environment), ...environments.map(keyOf)];
    for (const name of new Set(touched)) seeRest(name);
  };
}

const keyOf = ({ key }: { key: string }) => key;

/** At most, of two processes. */
export const CLOCKS_APART_MS = 1_000;
