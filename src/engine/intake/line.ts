import type { EnvironmentRecord } from '../../model/environment.ts';
import { type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import type { QueueRecord } from '../../store/records.ts';
import type { Expectation, Store, Stored, Write } from '../../store/store.ts';
import { put, unchanged } from '../transactions.ts';

/**
 * An environment as the next command finds it: not as it is now, but as it will be when everything
 * that was accepted before has ended well. The order of acceptance decides.
 */
export interface Line {
  environment: Stored<EnvironmentRecord> | undefined;
  /** Not finished, first in line first. */
  runs: RunRecord[];
  willExist: boolean;
  willBeProtected: boolean;
  /** The last run that will have built it, if one is under way. */
  lastBuild: RunRecord | undefined;
  /** The next run's place in the line. */
  order: number;
  /** Takes the place; refused where another command was accepted meanwhile. */
  expect: Expectation;
  write: Write;
}

export async function readLine(store: Store, name: string): Promise<Line> {
  const queue = await store.get('queues', name);
  // The line first: where nobody stands in it, the environment is as the last one has left it.
  const found = await store.find('runs', { where: { environment: name, status: UNFINISHED_RUN } });
  const environment = await store.get('environments', name);
  const runs = found.map(({ value }) => value).sort((left, right) => left.order - right.order);
  const order = (queue?.value.acceptedCount ?? 0) + 1;
  const next: QueueRecord = { environment: name, acceptedCount: order };
  const last = runs.at(-1);
  const existsNow = environment !== undefined && environment.value.status !== 'destroyed';
  return {
    environment,
    runs,
    willExist: last === undefined ? existsNow : last.kind !== 'destroy',
    willBeProtected:
      runs.findLast((run) => run.protect !== null)?.protect ??
      (existsNow && environment.value.protect),
    lastBuild: runs.findLast((run) => run.template !== null && run.kind !== 'action'),
    order,
    expect: unchanged('queues', name, queue),
    write: put('queues', name, next),
  };
}
