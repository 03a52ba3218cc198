import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';

/** What a report is judged by. */
export interface Reported {
  run: RunRecord;
  step: Stored<StepRecord>;
  resource: ResourceRecord | undefined;
}
