import type { Reconciliation } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import { isInspectable } from '../inspectable.ts';
import { type Healing, planLooks, rulesFor } from './looks.ts';
import type { Plan, PlannedResource } from './plan.ts';
import { type PlanRequest, planRun, refuseUnknownPool, summarise } from './planner.ts';

interface Asked extends Reconciliation {
  /** Whether the run before it did all it had to: then what is recorded is what was wanted. */
  isWhole: boolean;
}

/**
 * What a run does that keeps an environment true. Where the last build is whole: looks at what it
 * made. After one that failed nothing is healed unless that is asked for; then what it left undone is
 * planned as an update would, and what it would leave alone is looked at.
 */
export function planReconcile(
  context: Pick<EngineContext, 'definitions' | 'limits' | 'settings'>,
  request: PlanRequest,
  asked: Asked,
): Plan {
  const healing = healingOf(asked);
  const resources = new Map(
    (request.template?.template.resources ?? []).map((resource) => [resource.id, resource]),
  );
  if (healing === 'everything' && !asked.isWhole) {
    const plan = planRun(context, request);
    const looked = plan.resources.map((planned): PlannedResource => {
      const { recorded, action } = planned;
      // Whether that one is built is decided when its turn comes: if not, it is looked at.
      if ((action !== 'leave' && action !== 'decide') || recorded === null) return planned;
      if (!isInspectable(context, recorded.executor, recorded.spec)) return planned;
      const drift = rulesFor({ resources, healing }, recorded);
      return { ...planned, action: 'look', reason: 'to be healed if it has drifted', drift };
    });
    return { ...plan, resources: looked, summary: summarise(looked) };
  }
  const looks = planLooks({
    recorded: request.recorded,
    resources,
    healing,
    named: asked.resources,
    canInspect: ({ executor, spec }) => isInspectable(context, executor, spec),
  });
  for (const { pool, label } of looks) refuseUnknownPool(context, pool, label);
  return {
    environment: request.environment.name,
    template: request.template,
    parameters: request.parameters,
    resources: looks,
    moves: [],
    summary: summarise(looks),
  };
}

function healingOf({ heal, isWhole }: Asked): Healing {
  if (heal !== null) return heal ? 'everything' : 'nothing';
  return isWhole ? 'as-ruled' : 'nothing';
}
