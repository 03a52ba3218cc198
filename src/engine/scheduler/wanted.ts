import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import type { Plan } from '../planner/plan.ts';
import { type PlanRequest, planRun } from '../planner/planner.ts';
import { planReconcile } from '../planner/reconcile.ts';
import type { TemplateIndex } from '../templates.ts';

export type Wanted = Pick<
  EnvironmentRecord,
  | 'description'
  | 'tags'
  | 'protect'
  | 'requireApproval'
  | 'template'
  | 'parameters'
  | 'clusterEpoch'
>;

/** What the run makes of its environment, once its plan stands. */
export function wantedOf(
  { clusterEpoch }: Pick<EngineContext, 'clusterEpoch'>,
  run: RunRecord,
  environment: EnvironmentRecord | undefined,
): Wanted {
  if (run.template === null) {
    throw new BiotopeError('INTERNAL', { message: `Run ${run.id} names no template.` });
  }
  return {
    description: run.description ?? environment?.description ?? '',
    tags: run.tags ?? environment?.tags ?? [],
    protect: run.protect ?? environment?.protect ?? false,
    requireApproval: run.requireApproval ?? environment?.requireApproval ?? false,
    template: run.template,
    parameters: run.parameters,
    clusterEpoch,
  };
}

/** Known from the beginning: also after a plan that is refused nothing is to be made in its place. */
export function adoptingWith(
  before: EnvironmentRecord['adopting'],
  { asked }: RunRecord,
): EnvironmentRecord['adopting'] {
  const after = { ...before };
  for (const [address, how] of Object.entries(asked.adopt)) {
    if (how === null) delete after[address];
    else after[address] = how;
  }
  return after;
}

export interface PlanFacts {
  run: RunRecord;
  /** As it stands; a destroyed one is none. */
  environment: EnvironmentRecord | undefined;
  template: TemplateIndex | null;
  resources: readonly ResourceRecord[];
}

/** What it reconciles is the environment as it is now, whatever it was when that was asked for. */
export function withSubject(run: RunRecord, environment: EnvironmentRecord | undefined): RunRecord {
  if (run.kind !== 'reconcile' || environment === undefined) return run;
  const { template, parameters } = environment;
  return { ...run, template, parameters };
}

/** What the run would do now, whether it has begun or not. Throws where it cannot be planned. */
export function planOf(context: EngineContext, facts: PlanFacts): Plan {
  const { run, environment, template, resources } = facts;
  const wanted = run.kind === 'destroy' ? environment : wantedOf(context, run, environment);
  const request: PlanRequest = {
    environment: {
      name: run.environment,
      description: wanted?.description ?? '',
      tags: wanted?.tags ?? [],
    },
    template,
    parameters: run.parameters,
    recorded: new Map(resources.map((record) => [record.address, record])),
    asked: { ...run.asked, pending: adoptingWith(environment?.adopting ?? {}, run) },
  };
  const { reconcile = null } = run;
  if (reconcile === null) return planRun(context, request);
  const isWhole = environment?.lastRunSucceeded ?? false;
  return planReconcile(context, request, { ...reconcile, isWhole });
}
