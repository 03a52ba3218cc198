import type { PlanRecord } from '../model/shown-plan.ts';
import type { Store } from '../store/store.ts';

/** The plan that people are asked about, or were asked about last; undefined: nobody needed to be. */
export async function planOfRun(store: Store, runId: string): Promise<PlanRecord | undefined> {
  return (await store.get('plans', runId))?.value;
}
