import type { Address } from '../../model/address.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunSummary } from '../../model/run.ts';
import type { Template, TemplateReference } from '../../model/template.ts';
import type { EngineContext } from '../context.ts';
import { planBuild } from './build.ts';
import type { Plan, PlannedResource } from './plan.ts';
import { planRemovals } from './removal.ts';

export interface PlanRequest {
  environment: { name: string; description: string; tags: string[] };
  /** Null: everything is to go. */
  template: { reference: TemplateReference; template: Template } | null;
  parameters: JsonObject;
  recorded: ReadonlyMap<Address, ResourceRecord>;
}

/** Turns template and records into what a run has to do. Pure: reads and writes nothing. */
export function planRun(
  context: Pick<EngineContext, 'definitions' | 'limits'>,
  request: PlanRequest,
): Plan {
  const canInspect = (record: ResourceRecord) =>
    context.definitions.get(record.executor)?.canInspect(record.spec) ?? false;
  const built =
    request.template === null
      ? []
      : planBuild({
          environment: request.environment,
          template: request.template.template,
          parameters: request.parameters,
          recorded: request.recorded,
          canInspect,
          limits: context.limits,
        });
  const kept = new Set(built.map((resource) => resource.address));
  const doomed = new Map([...request.recorded].filter(([address]) => !kept.has(address)));
  const reason = request.template === null ? 'the environment is destroyed' : 'not in the template';
  const removed = planRemovals({ doomed, reason, canInspect });
  return {
    environment: request.environment.name,
    template: request.template,
    parameters: request.parameters,
    resources: [...built, ...removed],
    summary: summarise([...built, ...removed]),
  };
}

function summarise(resources: PlannedResource[]): RunSummary {
  const count = (...actions: string[]) =>
    resources.filter((resource) => actions.includes(resource.action)).length;
  return {
    create: count('create'),
    change: count('change', 'decide'),
    remove: count('remove'),
    unchanged: count('leave'),
  };
}
