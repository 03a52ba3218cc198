import type { Metrics } from '../metrics/metrics.ts';
import { isBiotopeError } from '../model/errors.ts';
import { changeSequence } from '../store/committed-events.ts';
import type { Store } from '../store/store.ts';

const COMMIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** The same store, whose commits are counted and timed. */
export function measuredStore(store: Store, metrics: Metrics): Store {
  const commits = metrics.counter({
    name: 'biotope_store_commits_total',
    help: 'Transactions: committed, refused (decided anew), or failed.',
    labels: ['outcome'],
  });
  const lasted = metrics.histogram({
    name: 'biotope_store_commit_duration_seconds',
    help: 'From a transaction to its being durable.',
    labels: [],
    buckets: COMMIT_BUCKETS,
  });
  let last = 0;
  const waiting = async () => Math.max(0, last - changeSequence(await store.publishedThrough()));
  metrics.gaugeOf(
    {
      name: 'biotope_outbox_waiting',
      help: 'Places in the journal between the last commit and what is published.',
      labels: [],
    },
    async () => [{ labels: {}, value: await waiting() }],
  );
  return {
    ...store,
    commit: async (transaction) => {
      const beganAtMs = performance.now();
      try {
        const committed = await store.commit(transaction);
        lasted.observe({}, (performance.now() - beganAtMs) / 1_000);
        commits.add({ outcome: 'committed' });
        if (transaction.events.length > 0) last = committed.sequence;
        return committed;
      } catch (error) {
        const isConflict = isBiotopeError(error) && error.code === 'STORE_CONFLICT';
        commits.add({ outcome: isConflict ? 'refused' : 'failed' });
        throw error;
      }
    },
  };
}
