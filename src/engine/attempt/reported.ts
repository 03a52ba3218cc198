import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';

/** What a report is judged by. */
export interface Reported {
  run: RunRecord;
  step: Stored<StepRecord>;
  resource: ResourceRecord | undefined;
  /** What is written of the resource rests on this one. Null: there was none. */
  resourceRevision: number | null;
}

export function reportedOf(
  run: RunRecord,
  step: Stored<StepRecord>,
  resource: Stored<ResourceRecord> | undefined,
): Reported {
  return { run, step, resource: resource?.value, resourceRevision: resource?.revision ?? null };
}
