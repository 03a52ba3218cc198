import type { EventRecord } from '../../../src/model/event.ts';
import type { CollectionName, Collections } from '../../../src/store/records.ts';
import type { Change, Store } from '../../../src/store/store.ts';
import type { Check } from '../frame/scenario.ts';

const PAGE = 1_000;

/** How everything stands, the events tell it as well; and the feed of changes has no gap. */
export const events: Check = async (place, tally) => {
  const { told, changes, states } = await place.read(async (store) => ({
    told: await pages((after) => store.events({ afterSequence: after, limit: PAGE })),
    changes: await pages((after) => store.changes({ afterSequence: after, limit: PAGE })),
    states: [
      ...(await statesOf(store, 'environments', ({ name }) => `environment ${name}`)),
      ...(await statesOf(store, 'runs', ({ id }) => `run ${id}`)),
      ...(await statesOf(store, 'steps', ({ runId, address }) => `step ${runId}/${address}`)),
    ],
  }));
  const heard = hear(told.map(({ event }) => event));
  const silent = states.filter(({ subject, status }) => heard.statuses.get(subject) !== status);
  tally.count('silent-states', states.length + told.length, [
    ...heard.skipped,
    ...silent.map(
      ({ subject, status }) => `${subject} is ${status}; told: ${heard.statuses.get(subject)}`,
    ),
  ]);
  tally.count('gaps', changes.length, [
    ...gaps(changes),
    ...strays(
      told.map(({ event }) => event),
      changes,
    ),
  ]);
};

async function pages<T extends { sequence: number }>(
  read: (afterSequence: number) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await read(all.at(-1)?.sequence ?? 0);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

async function statesOf<C extends CollectionName>(
  store: Store,
  collection: C,
  subjectOf: (value: Collections[C]) => string,
): Promise<{ subject: string; status: string }[]> {
  const found = await store.find(collection);
  return found.flatMap(({ value }) => {
    // What waits in the plan has not changed its state yet.
    if (!('status' in value) || value.status === 'pending') return [];
    return [{ subject: subjectOf(value), status: value.status }];
  });
}

/** What may come right after what. A step is `recalled` where it has to be begun anew. */
const AFTER: Record<string, readonly string[]> = {
  'run.planning': ['run.queued'],
  'run.running': ['run.planning'],
  'run.succeeded': ['run.running'],
  'step.running': ['step.dispatched', 'step.unknown'],
  'step.succeeded': ['step.running', 'step.unknown'],
};

/** Whoever believes the events: what it knows at the end, and where a change went by unheard. */
function hear(told: readonly EventRecord[]) {
  const statuses = new Map<string, string>();
  const last = new Map<string, string>();
  const skipped: string[] = [];
  for (const { type, runId, address, data } of told) {
    const [kind = '', status = ''] = type.split('.');
    const subject = subjectOf(kind, { runId, address, environment: data.environment });
    if (subject === undefined || !STATUS.test(type)) continue;
    const before = last.get(subject) ?? 'nothing';
    if (AFTER[type]?.includes(before) === false)
      skipped.push(`${subject}: ${type} after ${before}`);
    last.set(subject, type);
    statuses.set(subject, type === 'step.resolved' ? resolvedTo(data.as) : status);
  }
  return { statuses, skipped };
}

/** Events that tell of a new status; the others tell of something else. */
const STATUS =
  /^(?:environment\.(?!registered|extended|expiring)|run\.(?!resumed|cancel-requested)|step\.(?!report-refused))/;

/** A person has said how a step of unknown outcome ended. */
const resolvedTo = (as: unknown) => (as === 'done' ? 'succeeded' : 'failed');

function subjectOf(
  kind: string,
  of: { runId: string | null; address: string | null; environment: unknown },
): string | undefined {
  if (kind === 'environment') return `environment ${String(of.environment)}`;
  if (kind === 'run') return `run ${of.runId}`;
  return kind === 'step' ? `step ${of.runId}/${of.address}` : undefined;
}

function gaps(changes: readonly Change[]): string[] {
  const numbers = new Map<string, number>();
  return changes.flatMap(({ scope, number }) => {
    const next = (numbers.get(scope) ?? 0) + 1;
    numbers.set(scope, number);
    return number === next ? [] : [`${scope} has ${number} where ${next} was next`];
  });
}

/** Events of transactions that the feed does not know. */
function strays(told: readonly EventRecord[], changes: readonly Change[]): string[] {
  const known = new Set(changes.map(({ scope, number }) => `${scope}:${number}`));
  return told
    .filter(({ scope, number }) => !known.has(`${scope}:${number}`))
    .map(({ id }) => `event ${id} is of no change`);
}
