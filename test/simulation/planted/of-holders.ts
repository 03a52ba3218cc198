import type { EventQuery } from '../../../src/store/store.ts';
import type { PlantedBug } from './planted.ts';
import { findingOthers, rewriting, rewritingPuts, showingOthers } from './rewrite.ts';

/** No story lasts so long. */
const NEVER_MS = Date.UTC(2100, 0, 1);

/** Faults in who drives a run, and in what the world hears of it. */
export const OF_HOLDERS: PlantedBug[] = [
  {
    name: 'leadership-without-fence',
    says: 'Who was stopped for longer than a lease goes on as if it still led.',
    caughtAs: /(beats|judged the health of .*), and .* leads/,
    store: (store) =>
      rewriting(store, (transaction) => ({
        ...transaction,
        expect: transaction.expect.filter(({ collection }) => collection !== 'leaderships'),
      })),
  },
  {
    name: 'leadership-taken-at-once',
    says: 'Whoever looks takes the leadership, whether its holder beats or not.',
    caughtAs: /took the leadership from .*, which beats/,
    store: (store) =>
      showingOthers(store, 'leaderships', (leadership) => ({ ...leadership, holder: null })),
  },
  {
    name: 'health-forgives',
    says: 'Good answers make an environment ok, however its last run ended.',
    caughtAs: /and its last run has failed/,
    store: (store) =>
      showingOthers(store, 'environments', (environment) => ({
        ...environment,
        lastRunSucceeded: true,
      })),
  },
  {
    name: 'missing-epoch-check',
    says: 'A holder that has lost its lease goes on: no commit looks at the run it rests on.',
    caughtAs: /holds the run|its epoch went back|two runs at once|is under way/,
    store: (store) =>
      rewriting(store, (transaction) => ({
        ...transaction,
        expect: transaction.expect.filter(({ collection }) => collection === 'inbox'),
      })),
  },
  {
    name: 'lease-never-expires',
    says: 'A run is never taken from a holder that is dead.',
    caughtAs: /for ever/,
    store: (store) =>
      rewritingPuts(store, 'runs', (run) =>
        run.lease === null ? run : { ...run, lease: { ...run.lease, expiresAtMs: NEVER_MS } },
      ),
  },
  {
    name: 'claim-never-expires',
    says: 'A worker that is silent for ever keeps its step.',
    caughtAs: /for ever/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.claim === null ? step : { ...step, claim: { ...step.claim, expiresAtMs: NEVER_MS } },
      ),
  },
  {
    name: 'begins-without-confirming',
    says: 'A worker takes a claim to be good for ever: it begins, and asks nobody whether the step is still its own.',
    caughtAs: /begins .* while .* is at/,
    desk: (desk) => ({
      ...desk,
      async claim(order, worker) {
        const grant = await desk.claim(order, worker);
        return grant && { ...grant, leaseMs: NEVER_MS };
      },
    }),
  },
  {
    name: 'lease-not-respected',
    says: 'Whoever looks takes a run, whether its holder lives or not.',
    caughtAs: /was taken from .*, whose lease went on/,
    store: (store) => findingOthers(store, 'runs', (run) => ({ ...run, lease: null })),
  },
  {
    name: 'event-outside-the-transaction',
    says: 'Events are written after what they tell of.',
    caughtAs: /there is no event|without an event/,
    store: (store) => ({
      ...store,
      async commit(transaction) {
        const committed = await store.commit({ ...transaction, events: [] });
        const { scope, events } = transaction;
        await store.commit({ scope, expect: [], writes: [], events });
        return committed;
      },
    }),
  },
  {
    name: 'published-out-of-order',
    says: 'Events are published as they come to hand.',
    caughtAs: /was published out of turn/,
    store: (store) => ({
      ...store,
      events: async (query) => {
        const found = await store.events(query);
        return isOfOutbox(query) ? found.toReversed() : found;
      },
    }),
  },
  {
    name: 'marked-before-published',
    says: 'Events count as published before the bus has taken them.',
    caughtAs: /was never published|was published out of turn/,
    store: (store) => ({
      ...store,
      async events(query) {
        const found = await store.events(query);
        if (isOfOutbox(query)) await store.markPublished(found.at(-1)?.sequence ?? 0);
        return found;
      },
    }),
  },
  {
    name: 'environment-left-running',
    says: 'A run ends, and its environment is not told.',
    caughtAs: /no run is under way/,
    store: (store) =>
      rewriting(store, (transaction) => ({
        ...transaction,
        writes: transaction.writes.filter(
          (write) =>
            write.kind === 'delete' ||
            write.collection !== 'environments' ||
            write.value.status !== 'failed',
        ),
      })),
  },
  {
    name: 'settled-while-a-step-runs',
    says: 'A step that is under way counts as ended when its run is settled.',
    caughtAs: /is over, and/,
    store: (store) =>
      showingOthers(store, 'steps', (step) =>
        step.status === 'running' && step.operation !== 'inspect'
          ? { ...step, status: 'cancelled', claim: null }
          : step,
      ),
  },
  {
    name: 'gap-in-changes',
    says: 'A change is not in the feed that a second cluster follows.',
    caughtAs: /the feed has number|knows another|knows too much/,
    feed: (store) => ({
      ...store,
      changes: async (query) =>
        (await store.changes(query)).filter(({ sequence }) => sequence % 50 !== 0),
    }),
  },
  {
    name: 'record-changed-in-silence',
    says: 'A record is changed beside the transactions.',
    caughtAs: /went from|without an event|the events tell/,
    store: (store) =>
      rewritingPuts(store, 'runs', (run) =>
        run.status === 'succeeded' && run.kind === 'update' ? { ...run, status: 'failed' } : run,
      ),
  },
];

/** It alone asks for the events of all scopes. */
function isOfOutbox({ scope, runId }: EventQuery): boolean {
  return scope === undefined && runId === undefined;
}
