import { approvalNeeded, type RunApproval } from '../../model/approval.ts';
import { NOTHING_ASKED, type RunRecord } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { putRun, runEvent } from '../transactions.ts';
import type { Line } from './line.ts';
import type { Acceptance, NewRun } from './verdict.ts';

/** Puts a run at the end of its environment's line. */
export function acceptRun(
  context: EngineContext,
  { line, identity }: { line: Line; identity: CommandIdentity },
  wanted: NewRun,
): Acceptance {
  const run: RunRecord = {
    asked: NOTHING_ASKED,
    reconcile: null,
    description: null,
    tags: null,
    protect: null,
    requireApproval: null,
    approval: null,
    plannedDestructionAtMs: null,
    retryOf: null,
    ...wanted,
    id: context.ids(),
    status: 'queued',
    commandSource: identity.source,
    commandId: identity.id,
    traceparent: identity.traceparent ?? null,
    epoch: 0,
    clusterEpoch: context.clusterEpoch,
    lease: null,
    cancelRequestedAtMs: null,
    cancelReason: null,
    summary: null,
    failure: null,
    acceptedAtMs: context.clock.nowMs(),
    startedAtMs: null,
    finishedAtMs: null,
  };
  return {
    scope: run.environment,
    expect: [line.expect],
    writes: [line.write, putRun(run)],
    events: [runEvent('run.queued', run)],
    runId: run.id,
  };
}

/** As the command asks for it; what else may ask is known when the run's turn comes. */
export function approvalOf({
  approval,
}: {
  approval?: 'required' | undefined;
}): RunApproval | null {
  return approval === undefined ? null : approvalNeeded('command');
}
