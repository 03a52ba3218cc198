import type { ApprovalCause } from '../../../src/model/approval.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import type { StepRecord } from '../../../src/model/step.ts';
import type { Chronicle } from './chronicle.ts';
import type { Model } from './line.ts';
import { type Check, type Commit, putsOf, type Records, type SeenPut } from './records.ts';

/**
 * What needs an approval begins with one, and does what was looked at: nobody's yes counts for another
 * plan. Who waits holds nothing.
 */
export function watchApprovals(
  chronicle: Chronicle,
  { model, records }: { model: Model; records: Records },
): Check {
  /** The plan that somebody approved last, by run. */
  const approved = new Map<string, string>();

  function seeApproval(commit: Commit, id: string, runId: string): void {
    const command = model.command(id);
    const run = putsOf(commit, 'runs').find(({ key }) => key === runId);
    const asked = run?.before?.approval?.plan;
    if (command?.type !== 'run.approve' || asked === undefined || asked === null) {
      chronicle.complain(`command ${id} approved of what nobody was asked about`);
      return;
    }
    const { plan } = command.data;
    if (plan !== undefined && plan !== asked) {
      chronicle.complain(`command ${id} approved of ${asked}, and had looked at ${plan}`);
    }
    chronicle.mark('a plan is approved');
    approved.set(runId, asked);
  }

  function isNeeded({ id, environment: name }: RunRecord): boolean {
    const run = model.run(id);
    const environment = model.environment(name);
    if (run?.approval === true || run?.requireApproval === true) return true;
    // They build nothing that nobody has ruled before.
    if (run?.kind === 'action' || (run?.kind === 'reconcile' && run.heal !== true)) return false;
    return environment.exists && environment.requireApproval;
  }

  function seeRun(commit: Commit, { value, before }: SeenPut<'runs'>): void {
    const { id, status, lease, startedAtMs, cancelRequestedAtMs } = value;
    // One that has begun is taken to be ended, once somebody says no.
    if (status === 'awaiting-approval' && lease !== null && cancelRequestedAtMs === null) {
      chronicle.complain(`run ${id} waits for an approval, and ${lease.holder} holds it`);
    }
    const begins = startedAtMs !== null && before?.startedAtMs === null;
    if (begins && isNeeded(value) && !approved.has(id)) {
      chronicle.complain(`run ${id} begins without an approval`);
    }
    if (status === 'running' && before?.status === 'planning' && approved.has(id)) {
      seePlan(value, putsOf(commit, 'steps'));
    }
  }

  /** What it would lose is asked about before it is begun again. */
  function seeStep({ value, before }: SeenPut<'steps'>): void {
    const isOpen = before?.status === 'pending' && (before.guard?.held ?? null) !== null;
    if (isOpen && (value.status === 'running' || value.status === 'dispatched')) {
      chronicle.complain(`step ${value.label} of ${value.runId} begins, and what it loses is open`);
    }
  }

  function seeRest({ id, status }: RunRecord): void {
    if (status !== 'awaiting-approval') return;
    for (const step of records.all('steps').filter(({ runId }) => runId === id)) {
      if (step.status !== 'running' && step.status !== 'dispatched') continue;
      chronicle.complain(
        `run ${id} waits for an approval, and its step ${step.label} is under way`,
      );
    }
  }

  function markMoment({ value, before }: SeenPut<'runs'>): void {
    const { status, approval } = value;
    if (status === 'cancelled' && before?.status === 'awaiting-approval') {
      chronicle.mark('a plan is refused');
    }
    if (status !== 'awaiting-approval' || before?.approval?.plan === approval?.plan) return;
    chronicle.mark(MARKS[approval?.cause ?? 'plan']);
  }

  function seePlan({ id }: RunRecord, steps: readonly SeenPut<'steps'>[]): void {
    const plan = records.get('plans', id);
    if (plan?.digest !== approved.get(id)) {
      chronicle.complain(`run ${id} does another plan than the one that was approved`);
    }
    const listed = new Map(plan?.resources.map(({ address, action }) => [address, action]));
    for (const { value } of steps) {
      if (isListed(value, listed.get(value.address))) continue;
      chronicle.complain(`run ${id} is to ${value.action} ${value.label}, which nobody was shown`);
    }
  }

  /** What is left alone has a step only where others wait through it. */
  function isListed({ action }: StepRecord, shown: string | undefined): boolean {
    if (action === 'change') return shown !== 'remove' && shown !== 'create';
    return shown === action;
  }

  return (commit) => {
    for (const { value } of putsOf(commit, 'inbox')) {
      const { type, outcome, id, runId } = value;
      if (type === 'run.approve' && outcome === 'accepted') seeApproval(commit, id, runId ?? '');
    }
    for (const write of putsOf(commit, 'steps')) seeStep(write);
    for (const write of putsOf(commit, 'runs')) {
      seeRun(commit, write);
      markMoment(write);
      seeRest(write.value);
    }
  };
}

const MARKS: Record<ApprovalCause, string> = {
  plan: 'a plan is asked about',
  stale: 'a plan is stale',
  steps: 'a plan is asked about in the middle',
};
