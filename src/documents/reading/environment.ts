import type { z } from 'zod';
import { addressParts } from '../../model/address.ts';
import type { Drift } from '../../model/drift.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { Expiry } from '../../model/expiry.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { Reconciling } from '../../model/schedule.ts';
import type { environmentSchema } from '../schema/environment.ts';
import type { resourceDetailSchema, resourceSchema } from '../schema/resource.ts';
import { failureFrom, timeFrom } from './pieces.ts';

/**
 * Documents turned back into records, for whoever shows records and has documents alone. What a document
 * does not tell (leases, epochs, claims, secrets) is as in a record of which nothing is known: such a
 * record is for showing, never for storing.
 */
export function environmentFrom(document: z.output<typeof environmentSchema>): EnvironmentRecord {
  const { activeRun, lastRun, createdAt, destroyedAt, plannedDestructionAt, ...rest } = document;
  const { reconcile, expiry, ...told } = rest;
  const plannedDestructionAtMs = timeFrom(plannedDestructionAt);
  return {
    ...told,
    failure: failureFrom(document.failure),
    adopting: {},
    reconcile: reconcilingFrom(reconcile),
    lastTurnAtMs: timeFrom(reconcile?.lastAt ?? null),
    activeRunId: activeRun,
    lastRunId: lastRun,
    lastRunSucceeded: false,
    clusterEpoch: 0,
    createdAtMs: timeFrom(createdAt),
    destroyedAtMs: timeFrom(destroyedAt),
    plannedDestructionAtMs,
    expiry: expiryFrom(expiry, plannedDestructionAtMs),
  };
}

/** `inputs` and `lastRun` are told of a single resource alone. */
export function resourceFrom(
  document: z.output<typeof resourceSchema> &
    Partial<Pick<z.output<typeof resourceDetailSchema>, 'inputs' | 'lastRun'>>,
): ResourceRecord {
  const { createdAt, updatedAt, inputs, lastRun, drift, ...told } = document;
  const { address, label } = told;
  const { id, index } = addressParts(address);
  return {
    ...told,
    id,
    index,
    counted: label !== id,
    spec: inputs ?? {},
    adopting: null,
    fingerprint: null,
    record: null,
    drift: driftFrom(drift),
    runId: lastRun ?? '',
    runEpoch: 0,
    clusterEpoch: 0,
    createdAtMs: timeFrom(createdAt),
    updatedAtMs: timeFrom(updatedAt),
  };
}

function driftFrom(document: z.output<typeof resourceSchema>['drift']): Drift | null {
  if (document === null) return null;
  const { drifted: _, run, lookedAt, ...told } = document;
  return { ...told, runId: run, lookedAtMs: timeFrom(lookedAt) };
}

function reconcilingFrom(
  document: z.output<typeof environmentSchema>['reconcile'],
): Reconciling | null {
  if (document === null) return null;
  const { schedule, timeZone, heal, from } = document;
  return { schedule: { schedule, timeZone, heal }, isOwn: from === 'command' };
}

function expiryFrom(
  document: z.output<typeof environmentSchema>['expiry'],
  plannedAtMs: number | null,
): Expiry | null {
  if (document === null || plannedAtMs === null) return null;
  const { run, nextAttemptAt, ...told } = document;
  const nextAttemptAtMs = timeFrom(nextAttemptAt);
  return { ...told, plannedAtMs, setAtMs: 0, warnedBeforeMs: null, runId: run, nextAttemptAtMs };
}
