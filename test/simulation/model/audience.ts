import type { EventRecord } from '../../../src/model/event.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Chronicle } from './chronicle.ts';
import type { Records } from './records.ts';

/**
 * Whoever listens to the events: drops repetitions by their ids, and otherwise believes what it is
 * told, in the order in which it is told.
 */
export interface Audience {
  hear(event: EventRecord): void;
  /** At the end: whether it heard everything, and knows how everything stands. */
  compare(): Promise<void>;
}

const EVENTS_MAX = 100_000;

export function createAudience(
  chronicle: Chronicle,
  { store, records }: { store: Store; records: Records },
): Audience {
  const heard = new Set<string>();
  const last = new Map<string, EventRecord>();
  /** Of environments, runs and steps, as the events tell it. */
  const statuses = new Map<string, string>();

  function believe({ type, data, runId, address }: EventRecord): void {
    const [subject, status = ''] = type.split('.');
    if (subject === 'environment' && !NO_STATUS.includes(status)) {
      statuses.set(`environment ${String(data.environment)}`, status);
    }
    if (subject === 'run') statuses.set(`run ${runId}`, statusOfRun(status));
    if (subject === 'step') statuses.set(`step ${runId}/${address}`, status);
  }

  function compareOne(subject: string, status: string): void {
    if (statuses.get(subject) === status) return;
    chronicle.complain(`the events tell something else of ${subject} than that it is ${status}`);
  }

  const statusOfRun = (status: string) => (OF_RUNS.includes(status) ? status : 'under way');

  return {
    hear(event) {
      if (heard.has(event.id)) return;
      const before = last.get(event.scope);
      const isNext =
        before === undefined || before.number < event.number
          ? event.index === 0
          : before.number === event.number && event.index === before.index + 1;
      if (!isNext)
        chronicle.complain(`event ${event.id} (${event.type}) was published out of turn`);
      heard.add(event.id);
      last.set(event.scope, event);
      believe(event);
    },
    async compare() {
      for (const { event } of await store.events({ limit: EVENTS_MAX })) {
        if (!heard.has(event.id)) chronicle.complain(`event ${event.id} was never published`);
      }
      const afterSequence = await store.publishedThrough();
      const unpublished = await store.events({ afterSequence, limit: 1 });
      if (unpublished.length > 0) chronicle.complain('events still wait to be published');
      for (const { id, status } of records.all('runs')) compareOne(`run ${id}`, status);
      for (const { name, status } of records.all('environments')) {
        compareOne(`environment ${name}`, status);
      }
    },
  };
}

/** What is told of an environment whose state stays as it is. */
const NO_STATUS = ['extended', 'expiring'];

const OF_RUNS = ['queued', 'planning', 'running', 'succeeded', 'failed', 'cancelled'];
