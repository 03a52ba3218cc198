import type { ChangedInput } from '../../../../engine/planner/reasons.ts';
import type { EventRecord } from '../../../../model/event.ts';
import type { ResourceRecord } from '../../../../model/resource.ts';
import type { RunRecord } from '../../../../model/run.ts';
import type { StepRecord } from '../../../../model/step.ts';

/** What an explanation is made from: records as they stood at one moment. */
export interface RunFacts {
  run: RunRecord;
  /** All of the run. */
  steps: readonly StepRecord[];
  /** Nothing was asked of the environment after this run: it can be retried. */
  isNewest: boolean;
  /** Who works on the run, for a person; null where nobody does. */
  driver: string | null;
  /** Runs that come before it. */
  ahead: readonly RunRecord[];
  nowMs: number;
}

export interface StepFacts extends RunFacts {
  step: StepRecord;
  /** What its resource is called now, which may have another id since; null where there is none. */
  labelNow: string | null;
  /** Events of the step in this run, oldest first. */
  history: readonly EventRecord[];
  changes: ChangedInput[];
  pool: {
    /** Places; null where nobody serves it by these settings. */
    concurrency: number | null;
    /** Steps of all runs that have a place. */
    busy: readonly StepRecord[];
  };
}

/** A resource for which the run has no step. */
export interface ResourceFacts extends RunFacts {
  resource: ResourceRecord;
  /** The run that built it; null where that is not kept. */
  builder: RunRecord | null;
}
