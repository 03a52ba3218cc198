import type { PlantedBug } from './planted.ts';
import { findingOthers, rewriting, rewritingPuts, showingOthers } from './rewrite.ts';

/** Faults in how commands are taken in. */
export const OF_COMMANDS: PlantedBug[] = [
  {
    name: 'acknowledge-before-commit',
    says: 'A delivery is acknowledged as soon as it has arrived.',
    caughtAs: /was acknowledged, and is nowhere/,
    bus: (bus) => ({
      ...bus,
      takeCommands: (handle) =>
        bus.takeCommands(async (delivery) => {
          void handle(delivery).catch(() => {});
          return 'done';
        }),
    }),
  },
  {
    name: 'answer-before-commit',
    says: 'A sender is told "accepted" before that is durable.',
    caughtAs: /was accepted, and the inbox knows nothing of it/,
    store: (store) => ({
      ...store,
      async commit(transaction) {
        const isAccepted = transaction.events.some(({ type }) => type === 'run.queued');
        if (!isAccepted) return store.commit(transaction);
        void store.commit(transaction).catch(() => {});
        return { number: 0, sequence: 0, atMs: 0 };
      },
    }),
  },
  {
    name: 'inbox-forgotten',
    says: 'A command that comes again is taken in again.',
    caughtAs: /was accepted twice|was answered "|knows nothing of it/,
    store: (store) => ({
      ...rewriting(store, (transaction) => ({
        ...transaction,
        expect: transaction.expect.filter(({ collection }) => collection !== 'inbox'),
      })),
      get: async (collection, key) =>
        collection === 'inbox' ? undefined : store.get(collection, key),
    }),
  },
  {
    name: 'line-not-kept',
    says: 'The order of acceptance does not decide: a later run goes first where it can.',
    caughtAs: /was overtaken by a later one/,
    store: (store) =>
      findingOthers(store, 'runs', (run) =>
        run.status === 'queued' ? { ...run, order: 1_000 - run.order } : run,
      ),
  },
  {
    name: 'approval-forgotten',
    says: 'Runs are recorded as if nobody had asked for an approval.',
    caughtAs: /approval is false instead of true|begins without an approval/,
    store: (store) => rewritingPuts(store, 'runs', (run) => ({ ...run, approval: null })),
  },
  {
    name: 'held-step-forgotten',
    says: 'Nobody looks whether what a step would replace was approved.',
    caughtAs: /begins, and what it loses is open/,
    store: (store) => findingOthers(store, 'steps', (step) => ({ ...step, guard: null })),
  },
  {
    name: 'protection-lost',
    says: 'Resources are recorded without their protection.',
    caughtAs: /another protection than asked for/,
    store: (store) =>
      rewritingPuts(store, 'resources', (record) => ({ ...record, protect: false })),
  },
  {
    name: 'cancel-ignored',
    says: 'Nobody looks whether a run was cancelled.',
    caughtAs: /begins after the run was cancelled/,
    store: (store, { records }) =>
      showingOthers(
        rewritingPuts(store, 'runs', (run) => {
          const asked = records.get('runs', run.id)?.cancelRequestedAtMs ?? null;
          return { ...run, cancelRequestedAtMs: run.cancelRequestedAtMs ?? asked };
        }),
        'runs',
        (run) => ({ ...run, cancelRequestedAtMs: null }),
      ),
  },
];
