import type { Deviation, DeviationCounts, Drift, Finding } from '../drift.ts';
import type { Entrypoint, EnvironmentRecord, EnvironmentStatus } from '../environment.ts';
import type { Expiry, ExpiryObstacle } from '../expiry.ts';
import type { ResourcePart, ResourceRecord, ResourceStatus, StateRecord } from '../resource.ts';
import type { Reconciling } from '../schedule.ts';
import {
  flag,
  listOf,
  map,
  mapOf,
  nullOr,
  number,
  oneOf,
  optional,
  shaped,
  text,
  time,
} from './check.ts';
import { failure } from './run.ts';
import { link, reconcileSchedule, statusEndpoint, templateReference } from './template.ts';

const expiry = shaped<Expiry>({
  plannedAtMs: time,
  setAtMs: time,
  warnedBeforeMs: nullOr(number),
  attempts: number,
  runId: nullOr(text),
  nextAttemptAtMs: nullOr(time),
  obstacle: nullOr(oneOf<ExpiryObstacle>({ protected: true, 'given-up': true })),
});

export const environmentRecord = shaped<EnvironmentRecord>({
  name: text,
  id: text,
  description: text,
  tags: listOf(text),
  links: listOf(link),
  status: oneOf<EnvironmentStatus>({
    deploying: true,
    validating: true,
    ok: true,
    failed: true,
    destroying: true,
    destroyed: true,
  }),
  failure: nullOr(failure),
  template: templateReference,
  parameters: map,
  outputs: map,
  entrypoints: listOf(shaped<Entrypoint>({ name: text, description: text, url: text })),
  protect: flag,
  requireApproval: flag,
  adopting: mapOf(map),
  activeRunId: nullOr(text),
  lastRunId: nullOr(text),
  lastRunSucceeded: flag,
  resourceCount: number,
  clusterEpoch: number,
  createdAtMs: time,
  destroyedAtMs: nullOr(time),
  plannedDestructionAtMs: nullOr(time),
  reconcile: optional(
    nullOr(shaped<Reconciling>({ schedule: nullOr(reconcileSchedule), isOwn: flag })),
  ),
  lastTurnAtMs: optional(nullOr(time)),
  expiry: optional(nullOr(expiry)),
});

const drift = shaped<Drift>({
  runId: text,
  lookedAtMs: time,
  finding: oneOf<Finding>({ present: true, absent: true, partial: true }),
  counts: shaped<DeviationCounts>({
    changed: number,
    missing: number,
    extra: number,
    noise: number,
  }),
  deviations: listOf(
    shaped<Deviation>({
      subject: text,
      kind: oneOf<Deviation['kind']>({ changed: true, missing: true, extra: true, noise: true }),
      detail: text,
    }),
  ),
});

export const resourceRecord = shaped<ResourceRecord>({
  environment: text,
  address: text,
  identity: text,
  id: text,
  index: number,
  counted: flag,
  label: text,
  executor: text,
  pool: text,
  template: templateReference,
  status: oneOf<ResourceStatus>({
    creating: true,
    changing: true,
    ok: true,
    failed: true,
    removing: true,
    unknown: true,
  }),
  description: text,
  tags: listOf(text),
  links: listOf(link),
  statusEndpoints: listOf(statusEndpoint),
  protect: flag,
  external: nullOr(text),
  dependsOn: listOf(text),
  spec: map,
  adopting: nullOr(map),
  fingerprint: nullOr(text),
  outputs: map,
  record: nullOr(map),
  parts: listOf(shaped<ResourcePart>({ address: text, type: text, dependsOn: listOf(text) })),
  drift: optional(nullOr(drift)),
  runId: text,
  runEpoch: number,
  clusterEpoch: number,
  createdAtMs: time,
  updatedAtMs: time,
});

export const stateRecord = shaped<StateRecord>({
  environment: text,
  address: text,
  sealed: text,
  refusedClaim: nullOr(text),
  runId: text,
  runEpoch: number,
  clusterEpoch: number,
  savedAtMs: time,
});
