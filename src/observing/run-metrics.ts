import type { Histogram, Metrics } from '../metrics/metrics.ts';
import type { EventDraft } from '../model/event.ts';
import { isRunFinished, type RunRecord } from '../model/run.ts';
import { isStepFinished, type StepRecord, stepKey } from '../model/step.ts';
import type { Transaction } from '../store/store.ts';

/** From what is done at once to what takes half a day, in seconds. */
const WORK_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 14_400, 43_200];

export interface RunMetrics {
  /** Of everything that was committed, once each. */
  see(transaction: Pick<Transaction, 'writes' | 'events'>): void;
}

/** How runs and steps end, how long they take, and how many wait or are under way now. */
export function createRunMetrics(
  metrics: Metrics,
  unfinished: { runs: readonly RunRecord[]; steps: readonly StepRecord[] },
): RunMetrics {
  const seeRun = runsOver(metrics, unfinished.runs);
  const seeStep = stepsOver(metrics, unfinished.steps);
  const seeParked = parkedOver(metrics, unfinished.steps);
  const seeEvent = eventsOver(metrics);
  return {
    see: ({ writes, events }) => {
      for (const write of writes) {
        if (write.kind !== 'put') continue;
        if (write.collection === 'runs') seeRun(write.value);
        if (write.collection !== 'steps') continue;
        seeStep(write.key, write.value);
        seeParked(write.key, write.value);
      }
      for (const event of events) seeEvent(event);
    },
  };
}

function runsOver(metrics: Metrics, unfinished: readonly RunRecord[]) {
  const statuses = new Map(unfinished.map(({ id, status }) => [id, status as string]));
  const ended = metrics.counter({
    name: 'biotope_runs_total',
    help: 'Runs that have ended, by how.',
    labels: ['kind', 'outcome'],
  });
  const lasted = durations(
    metrics,
    'biotope_run_duration_seconds',
    'From the start of a run to its end.',
  );
  const waited = durations(
    metrics,
    'biotope_run_wait_seconds',
    'From the acceptance of a run to its start.',
  );
  metrics.gaugeOf({ name: 'biotope_runs', help: 'Unfinished runs now.', labels: ['status'] }, () =>
    [...countBy(statuses.values())].map(([status, value]) => ({ labels: { status }, value })),
  );
  return (run: RunRecord) => {
    const { id, kind, status, acceptedAtMs, startedAtMs, finishedAtMs } = run;
    const before = statuses.get(id);
    const labels = { kind };
    if (startedAtMs !== null && before === 'queued') {
      waited.observe(labels, (startedAtMs - acceptedAtMs) / 1_000);
    }
    if (!isRunFinished(run)) {
      statuses.set(id, status);
      return;
    }
    statuses.delete(id);
    // What has ended is written again by nobody but for its notes.
    if (before === undefined) return;
    ended.add({ kind, outcome: status });
    if (startedAtMs !== null && finishedAtMs !== null) {
      lasted.observe(labels, (finishedAtMs - startedAtMs) / 1_000);
    }
  };
}

function stepsOver(metrics: Metrics, unfinished: readonly StepRecord[]) {
  const places = new Map<string, string>();
  const placeOf = ({ pool, status }: StepRecord) => JSON.stringify([pool, status]);
  for (const step of unfinished) places.set(`${step.runId}/${step.address}`, placeOf(step));
  const ended = metrics.counter({
    name: 'biotope_steps_total',
    help: 'Steps that have ended: with the result of a success, or with failed, cancelled, skipped.',
    labels: ['executor', 'result'],
  });
  const lasted = metrics.histogram({
    name: 'biotope_step_duration_seconds',
    help: 'From the first claim of a step to its end.',
    labels: ['executor', 'action'],
    buckets: WORK_BUCKETS,
  });
  metrics.gaugeOf(
    { name: 'biotope_steps', help: 'Unfinished steps now.', labels: ['pool', 'status'] },
    () =>
      [...countBy(places.values())].map(([place, value]) => {
        const [pool, status] = JSON.parse(place);
        return { labels: { pool, status }, value };
      }),
  );
  return (key: string, step: StepRecord) => {
    if (!isStepFinished(step)) {
      places.set(key, placeOf(step));
      return;
    }
    if (!places.delete(key)) return;
    const { executor, action, status, result, startedAtMs, finishedAtMs } = step;
    ended.add({ executor, result: result ?? status });
    if (startedAtMs !== null && finishedAtMs !== null) {
      lasted.observe({ executor, action }, (finishedAtMs - startedAtMs) / 1_000);
    }
  };
}

function parkedOver(metrics: Metrics, unfinished: readonly StepRecord[]) {
  const systems = new Map<string, string>();
  metrics.gaugeOf(
    {
      name: 'biotope_steps_parked',
      help: 'Steps that wait now for a system that is away, those of unknown outcome included.',
      labels: ['system'],
    },
    () => [...countBy(systems.values())].map(([system, value]) => ({ labels: { system }, value })),
  );
  const see = (key: string, { parked = null }: StepRecord) => {
    if (parked === null) systems.delete(key);
    else systems.set(key, parked.system);
  };
  for (const step of unfinished) see(stepKey(step.runId, step.address), step);
  return see;
}

/** What is no end of anything, but worth an alarm when there is much of it. */
function eventsOver(metrics: Metrics) {
  const counted = metrics.counter({
    name: 'biotope_events_total',
    help: 'Events of each type.',
    labels: ['type'],
  });
  return ({ type }: EventDraft) => counted.add({ type });
}

function durations(metrics: Metrics, name: string, help: string): Histogram<'kind'> {
  return metrics.histogram({ name, help, labels: ['kind'], buckets: WORK_BUCKETS });
}

function countBy(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
