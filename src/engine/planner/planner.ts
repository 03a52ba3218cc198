import type { Address } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunSummary } from '../../model/run.ts';
import type { Template, TemplateReference } from '../../model/template.ts';
import type { EngineContext } from '../context.ts';
import { isInspectable } from '../inspectable.ts';
import type { Wishes } from './asked.ts';
import { planBuild } from './build.ts';
import { refuseUnaskable } from './endpoint-kinds.ts';
import { moveRecords } from './moves.ts';
import type { Plan, PlannedResource } from './plan.ts';
import { planRemovals } from './removal.ts';

export interface PlanRequest {
  environment: { name: string; description: string; tags: string[] };
  /** Null: everything is to go. */
  template: { reference: TemplateReference; template: Template } | null;
  parameters: JsonObject;
  recorded: ReadonlyMap<Address, ResourceRecord>;
  asked: Wishes;
}

/** Turns template and records into what a run has to do. Pure: reads and writes nothing. */
export function planRun(
  context: Pick<EngineContext, 'definitions' | 'limits' | 'settings'>,
  request: PlanRequest,
): Plan {
  const canInspect = (record: ResourceRecord) =>
    isInspectable(context, record.executor, record.spec);
  const { recorded, moves } = moveRecords(request.template?.template ?? null, request.recorded);
  const built =
    request.template === null
      ? []
      : planBuild({
          environment: request.environment,
          template: request.template.template,
          parameters: request.parameters,
          recorded,
          labelsBefore: new Map(moves.map(({ from, to }) => [to.address, from.label])),
          asked: request.asked,
          canInspect,
          limits: context.limits,
        });
  const kept = new Set(built.map((resource) => resource.address));
  const doomed = new Map([...recorded].filter(([address]) => !kept.has(address)));
  const reason = request.template === null ? 'the environment is destroyed' : 'not in the template';
  const removed = planRemovals({ doomed, reason, canInspect });
  const resources = [...built, ...removed];
  for (const { action, isJoint, pool, label } of resources) {
    if (action !== 'leave' || isJoint) refuseUnknownPool(context, pool, label);
  }
  for (const resource of built) refuseUnaskable(context, resource);
  return {
    environment: request.environment.name,
    template: request.template,
    parameters: request.parameters,
    resources,
    moves,
    summary: summarise(resources),
  };
}

export function summarise(resources: readonly PlannedResource[]): RunSummary {
  const counts = { create: 0, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0 };
  const quiet = { leave: 0, look: 0 };
  for (const { action } of resources) {
    if (action === 'leave' || action === 'look') quiet[action] += 1;
    else counts[action] += 1;
  }
  const { leave: unchanged, look } = quiet;
  return { ...counts, unchanged, ...(look === 0 ? {} : { look }) };
}

export function refuseUnknownPool(
  { settings }: Pick<EngineContext, 'settings'>,
  pool: string,
  label: string,
): void {
  if (settings.pools.has(pool)) return;
  throw new BiotopeError('POOL_UNKNOWN', {
    message:
      `${label} asks for pool ${pool}, which has no workers here. Pools: ` +
      `${[...settings.pools.keys()].join(', ')}. Name one of them, or add it under "pools".`,
    facts: { pool },
  });
}
