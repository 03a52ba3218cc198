import type { Engine } from '../engine/engine.ts';
import type { Plan } from '../engine/planner/plan.ts';
import { planAgain, previewCommand } from '../engine/preview.ts';
import type { RunRecord } from '../model/run.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { DEFINITIONS as definitions } from './executors.ts';
import type { PlanGround } from './plans/ground.ts';
import { createContext } from './whole.ts';

/**
 * What a command would do now, also with a template that ships and is published when it is first used.
 * Needs no seat. `imagined`: see `previewCommand`.
 */
export function preview(
  { config, storeWithShipped: store, secrets, log }: PlanGround,
  command: Parameters<Engine['preview']>[0],
  imagined?: Secrets,
): Promise<Plan> {
  const context = createContext({ config, store, secrets, definitions, log });
  return previewCommand(context, command, imagined);
}

/** What a run under way would do with what is recorded now. Needs no seat. */
export function planOfRun(
  { config, storeWithShipped: store, secrets, log }: PlanGround,
  run: RunRecord,
): Promise<Plan> {
  return planAgain(createContext({ config, store, secrets, definitions, log }), run);
}
