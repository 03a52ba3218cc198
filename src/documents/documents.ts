import type { RunApproval } from '../model/approval.ts';
import type { EnvironmentRecord } from '../model/environment.ts';
import type { EventRecord } from '../model/event.ts';
import { expiryOf } from '../model/expiry.ts';
import type { ResourceRecord } from '../model/resource.ts';
import type { RunRecord } from '../model/run.ts';
import type { PlanRecord } from '../model/shown-plan.ts';
import type { StepRecord } from '../model/step.ts';
import {
  type ActionTemplate,
  DEFAULT_ACTION_TERMS,
  type TemplateRecord,
  type TemplateReference,
  templateKey,
} from '../model/template.ts';
import { redactJson } from '../platform/redact-json.ts';
import { driftDocument } from './drift.ts';
import { scheduleDocument } from './schedule.ts';
import { isoTime } from './time.ts';

/**
 * Records as programs get them under `--json`: names that stay, times in ISO 8601, secrets
 * redacted, and nothing of how we keep them (leases, epochs, claims).
 */
export function environmentDocument(environment: EnvironmentRecord) {
  const {
    name,
    id,
    status,
    description,
    tags,
    links,
    failure,
    protect,
    requireApproval,
    resourceCount,
  } = environment;
  return {
    name,
    id,
    status,
    description,
    tags,
    links,
    failure,
    template: templateDocument(environment.template),
    parameters: redactJson(environment.parameters),
    outputs: redactJson(environment.outputs),
    entrypoints: environment.entrypoints,
    protect,
    requireApproval,
    resourceCount,
    activeRun: environment.activeRunId,
    lastRun: environment.lastRunId,
    createdAt: isoTime(environment.createdAtMs),
    destroyedAt: isoTime(environment.destroyedAtMs),
    plannedDestructionAt: isoTime(environment.plannedDestructionAtMs),
    reconcile: scheduleDocument(environment),
    expiry: expiryDocument(environment),
  };
}

/** What was done about the planned end; null where there is none. */
function expiryDocument(environment: EnvironmentRecord) {
  const expiry = expiryOf(environment);
  if (expiry === null) return null;
  const { attempts, runId, nextAttemptAtMs, obstacle } = expiry;
  return { attempts, run: runId, nextAttemptAt: isoTime(nextAttemptAtMs), obstacle };
}

export function runDocument(run: RunRecord) {
  const { id, environment, kind, status, summary, failure, retryOf, order } = run;
  const isAction = kind === 'action';
  return {
    id,
    environment,
    kind,
    status,
    template: run.template === null ? null : templateDocument(run.template),
    action: run.action ?? null,
    arguments: isAction ? redactJson(run.parameters) : null,
    outputs: isAction ? redactJson(run.outputs ?? {}) : null,
    summary: summary === null ? null : { ...summary, look: summary.look ?? 0 },
    reconcile: run.reconcile ?? null,
    failure,
    retryOf,
    approval: run.approval === null ? null : approvalDocument(run.approval),
    cancelRequestedAt: isoTime(run.cancelRequestedAtMs),
    cancelReason: run.cancelReason,
    order,
    acceptedAt: isoTime(run.acceptedAtMs),
    startedAt: isoTime(run.startedAtMs),
    finishedAt: isoTime(run.finishedAtMs),
  };
}

function approvalDocument({ requiredBy, cause, plan, askedAtMs, approved }: RunApproval) {
  return {
    requiredBy,
    cause,
    plan,
    askedAt: isoTime(askedAtMs),
    approved:
      approved === null
        ? null
        : { plan: approved.plan, by: approved.by, at: isoTime(approved.atMs) },
  };
}

/** The plan of a run that people are asked about. */
export function shownPlanDocument({ digest, madeAtMs, summary, resources, unlisted }: PlanRecord) {
  return { digest, madeAt: isoTime(madeAtMs), summary, resources, unlisted };
}

export function stepDocument(step: StepRecord) {
  const { address, label, executor, pool, action, reason, status, result, failure } = step;
  const { attempt, attemptsMax, needsResolve, after, environment, identity, operation } = step;
  const { parked = null } = step;
  return {
    run: step.runId,
    environment,
    address,
    identity,
    label,
    executor,
    pool,
    action,
    reason,
    status,
    result,
    failure,
    operation,
    attempt,
    attemptsMax,
    needsResolve,
    after,
    parked: parked === null ? null : { system: parked.system, since: isoTime(parked.sinceMs) },
    claims: step.claimCount,
    notBefore: isoTime(step.notBeforeMs),
    startedAt: isoTime(step.startedAtMs),
    finishedAt: isoTime(step.finishedAtMs),
  };
}

export function resourceDocument(resource: ResourceRecord) {
  const { environment, address, identity, label, executor, pool, status, external } = resource;
  const { description, tags, links, protect } = resource;
  return {
    environment,
    address,
    identity,
    label,
    executor,
    external,
    pool,
    status,
    description,
    tags,
    links,
    protect,
    template: templateDocument(resource.template),
    dependsOn: resource.dependsOn,
    statusEndpoints: resource.statusEndpoints,
    outputs: redactJson(resource.outputs),
    parts: resource.parts,
    drift: driftDocument(resource.drift),
    createdAt: isoTime(resource.createdAtMs),
    updatedAt: isoTime(resource.updatedAtMs),
  };
}

export function publishedTemplateDocument({ template, reference, ...record }: TemplateRecord) {
  return {
    ...templateDocument(reference),
    description: template.description,
    tags: template.tags,
    commit: record.commit,
    source: record.source ?? null,
    modules: record.vendored?.modules ?? [],
    locks: record.vendored?.locks ?? [],
    publishedAt: isoTime(record.publishedAtMs),
    approval: template.approval,
    parameters: template.parameters,
    resources: template.resources.map(({ id, executor, count, description, needs, movedFrom }) => ({
      id,
      executor,
      count,
      description,
      needs,
      movedFrom,
    })),
    nested: template.nested.map(({ prefix, template }) => ({
      prefix,
      template: templateDocument(template),
    })),
    groups: template.groups,
    actions: template.actions.map(actionDocument),
    entrypoints: template.entrypoints,
    outputs: template.outputs,
  };
}

export function actionDocument({ name, description, app, terms }: ActionTemplate) {
  const { parameters, secretOutputs, pool, timeoutSeconds } = terms ?? DEFAULT_ACTION_TERMS;
  const { name: called, url, command } = app;
  return {
    name,
    description,
    app: { name: called, url, command },
    parameters,
    secretOutputs,
    pool,
    timeoutSeconds,
  };
}

export function eventDocument(event: EventRecord) {
  const { id, type, scope, runId, address, data } = event;
  return { id, type, scope, run: runId, address, at: isoTime(event.atMs), data: redactJson(data) };
}

export function templateDocument(reference: TemplateReference) {
  return { name: reference.name, version: reference.version, digest: reference.digest };
}

/** How a resource is written on a command line: `demo/web[0]`. */
export function resourceLabel({
  environment,
  label,
}: Pick<ResourceRecord, 'environment' | 'label'>) {
  return `${environment}/${label}`;
}

export function templateLabel(reference: TemplateReference | null): string {
  return reference === null ? '' : templateKey(reference);
}
