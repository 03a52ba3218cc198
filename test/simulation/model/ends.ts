import type { StepStatus } from '../../../src/model/step.ts';
import type { Hold } from '../world/cloud.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, putsOf, type Records, type SeenPut } from './records.ts';

const OPEN: readonly StepStatus[] = ['pending', 'dispatched', 'running', 'parked'];

/**
 * Once a run is over nobody works for it any more, and nobody will: an environment that has settled
 * stays as it is.
 */
export function watchEnds(
  chronicle: Chronicle,
  { records, atWork }: { records: Records; atWork(environment: string): Hold[] },
): Check {
  const over = new Set<string>();

  function seeEnd(id: string, environment: string): void {
    over.add(id);
    for (const { operation, key, worker } of atWork(environment)) {
      chronicle.complain(`run ${id} is over, and ${worker} is at ${operation} of ${key}`);
    }
    for (const { runId, address, status } of records.all('steps')) {
      if (runId !== id || !OPEN.includes(status)) continue;
      chronicle.complain(`run ${id} is over, and its step ${address} is ${status}`);
    }
  }

  /** What a person says later of a step that stayed unknown counts. */
  function seeStep({ value, before }: SeenPut<'steps'>): void {
    const { address, status, runId } = value;
    if (!over.has(runId) || before?.status === status || before?.status === 'unknown') return;
    chronicle.complain(`step ${address} became ${status} after run ${runId} was over`);
  }

  return (commit) => {
    // The last step may end in the commit that ends its run.
    for (const write of putsOf(commit, 'steps')) seeStep(write);
    for (const { value, before } of putsOf(commit, 'runs')) {
      if (value.finishedAtMs === null || before?.finishedAtMs !== null) continue;
      // One that never began ends beside the one that is under way.
      if (before.startedAtMs !== null) seeEnd(value.id, value.environment);
    }
  };
}
