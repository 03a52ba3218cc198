import type { RunRecord } from '../../../src/model/run.ts';
import type { StepRecord } from '../../../src/model/step.ts';
import type { Cloud } from '../world/cloud.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, putsOf, type Records, type SeenPut } from './records.ts';

/**
 * A reconciliation that succeeded has seen what was spoilt before it began, nothing that was not, and
 * healed what it was to heal.
 */
export function watchDrift(
  chronicle: Chronicle,
  { cloud, records }: { cloud: Cloud; records: Records },
): Check {
  /** By run: what was spoilt until then. */
  const beganAt = new Map<string, number>();

  function seeStep({ runId, environment, address, identity, ...step }: StepRecord): void {
    const what = `${environment}/${address}`;
    const at = cloud.spoiltAt(`${environment}/${identity}`);
    const isOld = at !== undefined && at <= (beganAt.get(runId) ?? 0);
    const isSeen = step.result === 'drifted';
    if (isOld && step.drift?.heal) chronicle.complain(`${what} was to be healed by ${runId}`);
    else if (isOld && !isSeen)
      chronicle.complain(`${what} is spoilt, and ${runId} has not seen it`);
    else if (at === undefined && isSeen)
      chronicle.complain(`${what} has drifted, says ${runId}, and nobody touched it`);
  }

  function seeEnd({ id }: RunRecord): void {
    for (const step of records.all('steps')) if (step.runId === id && step.drift) seeStep(step);
  }

  function seeRun({ value, before }: SeenPut<'runs'>): void {
    if (value.kind !== 'reconcile' || value.status === before?.status) return;
    if (value.status === 'planning') beganAt.set(value.id, cloud.moment());
    if (value.status === 'succeeded') seeEnd(value);
  }

  return (commit) => {
    for (const write of putsOf(commit, 'runs')) seeRun(write);
  };
}
