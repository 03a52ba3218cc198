import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import type { RunView } from '../coordinator/run-view.ts';

/**
 * What this process remembers of a run that it holds. Old news does no harm: every commit names the
 * revisions that it rests on.
 */
export type Remembered = (
  runId: string,
) => Pick<RunView, 'run' | 'steps' | 'resources'> | undefined;

/** What a report is judged by. */
export interface Reported {
  run: RunRecord;
  step: Stored<StepRecord>;
  resource: ResourceRecord | undefined;
  /** What is written of the resource rests on this one. Null: there was none. */
  resourceRevision: number | null;
}
