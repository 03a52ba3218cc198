import type { z } from 'zod';
import type { RunApproval } from '../../model/approval.ts';
import { NOTHING_ASKED, type RunRecord } from '../../model/run.ts';
import type { PlanRecord } from '../../model/shown-plan.ts';
import type { StepRecord } from '../../model/step.ts';
import type { runSchema, stepSchema } from '../schema/run.ts';
import type { shownPlanSchema } from '../schema/shown-plan.ts';
import { failureFrom, timeFrom } from './pieces.ts';

/** See environment.ts. */
export function runFrom(document: z.output<typeof runSchema>): RunRecord {
  const { cancelRequestedAt, acceptedAt, startedAt, finishedAt, ...rest } = document;
  const { arguments: given, outputs, approval, ...told } = rest;
  return {
    ...told,
    failure: failureFrom(document.failure),
    approval: approvalFrom(approval),
    requireApproval: null,
    parameters: given ?? {},
    outputs: outputs ?? {},
    asked: NOTHING_ASKED,
    description: null,
    tags: null,
    protect: null,
    plannedDestructionAtMs: null,
    commandSource: '',
    commandId: '',
    epoch: 0,
    clusterEpoch: 0,
    lease: null,
    cancelRequestedAtMs: timeFrom(cancelRequestedAt),
    acceptedAtMs: timeFrom(acceptedAt),
    startedAtMs: timeFrom(startedAt),
    finishedAtMs: timeFrom(finishedAt),
  };
}

export function stepFrom(document: z.output<typeof stepSchema>): StepRecord {
  const { run, claims, notBefore, startedAt, finishedAt, parked, ...told } = document;
  return {
    ...told,
    failure: failureFrom(document.failure),
    runId: run,
    protect: false,
    adopt: null,
    initialDelayMs: 0,
    delayMaxMs: 0,
    inspections: 0,
    losses: 0,
    parked: parked === null ? null : { system: parked.system, sinceMs: timeFrom(parked.since) },
    timeoutMs: 0,
    runEpoch: 0,
    clusterEpoch: 0,
    notBeforeMs: timeFrom(notBefore),
    claim: null,
    claimCount: claims,
    reportedClaim: null,
    spec: null,
    fingerprint: null,
    dispatchedAtMs: null,
    startedAtMs: timeFrom(startedAt),
    finishedAtMs: timeFrom(finishedAt),
  };
}

function approvalFrom(document: z.output<typeof runSchema>['approval']): RunApproval | null {
  if (document === null) return null;
  const { askedAt, approved, ...told } = document;
  const by = approved === null ? null : { ...approved, atMs: timeFrom(approved.at) ?? 0 };
  return { ...told, askedAtMs: timeFrom(askedAt), approved: by };
}

/** The plan that people are asked about. */
export function planRecordFrom(
  document: z.output<typeof shownPlanSchema>,
  run: { id: string; environment: string },
): PlanRecord {
  const { madeAt, summary, ...told } = document;
  return {
    ...told,
    summary: { ...summary, look: summary.look ?? 0 },
    runId: run.id,
    environment: run.environment,
    madeAtMs: timeFrom(madeAt),
  };
}
