import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isRunFinished } from '../../../src/model/run.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store, Transaction } from '../../../src/store/store.ts';
import { until } from '../frame/parts.ts';
import { type Replica, startReplicas } from '../frame/replicas/replicas.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

export const pausedHolder: Scenario = {
  name: 'paused-holder',
  fault:
    'A process is stopped before a commit for longer than its lease, another one takes its run over.',
  rounds: { ci: 2, full: 200 },
  templates: ['ledger'],
  async round(place) {
    const store = createSqliteStore({
      path: join(place.dataFolder, 'store.db'),
      clock: systemClock,
    });
    const own = ['left', 'right'].map((name) => join(place.folder, name));
    const replicas = await startReplicas(store, { shared: place.dataFolder, own });
    try {
      await pauseOne(place, store, replicas);
    } finally {
      await Promise.all(replicas.map((replica) => replica.end()));
      await store.close();
    }
  },
};

async function pauseOne(place: Place, store: Store, [left, right]: Replica[]): Promise<void> {
  assert.ok(left !== undefined && right !== undefined);
  let commitsLeft = place.chance.below(COMMITS);
  const stopped = left.stopBefore((transaction) => {
    if (isOfHolder(transaction)) commitsLeft -= 1;
    return commitsLeft < 0;
  });
  const data = { name: 'one', template: 'ledger', parameters: { ledger: place.ledger } };
  const runId = await left.submit('create', { type: 'environment.create', data });
  const isEnded = async () => {
    const run = (await store.get('runs', runId))?.value;
    return run !== undefined && isRunFinished(run);
  };
  // The commit that was chosen may be none of this run.
  if ((await Promise.race([stopped, eventually(isEnded, 'the end of the run')])) !== 'stopped')
    return;
  place.happened('a holder that is stopped for longer than its lease');
  await eventually(isEnded, 'the end of the run in other hands');
  const epoch = (await store.get('runs', runId))?.value.epoch ?? 0;
  left.goOn();
  // It answers: so all that it had to say before is said.
  const again = await left.submit('destroy', {
    type: 'environment.destroy',
    data: { name: 'one' },
  });
  const late = left.takenLate.filter((transaction) => isOfHolder(transaction, runId));
  place.count(
    'stale-epoch',
    1,
    late.map(({ events }) => `${events.map(({ type }) => type)} after epoch ${epoch}`),
  );
  const refused = left.refusedLate.filter((transaction) => isOfHolder(transaction, runId));
  assert.ok(refused.length > 0, 'nothing came late');
  await eventually(async () => {
    const run = (await store.get('runs', again))?.value;
    return run !== undefined && isRunFinished(run);
  }, 'the end of what came next');
  const { value: run } = (await store.get('runs', runId)) ?? { value: undefined };
  assert.equal(run?.status, 'succeeded');
  assert.equal(run?.epoch, epoch);
}

/** About as many as a holder makes for a run of four steps. */
const COMMITS = 8;

/** What only the holder of a run writes, and the workers whose claims rest on its epoch. */
function isOfHolder({ writes }: Transaction, runId?: string): boolean {
  return writes.some((write) => {
    if (write.kind !== 'put') return false;
    if (write.collection === 'steps') return (runId ?? write.value.runId) === write.value.runId;
    if (write.collection !== 'runs' || write.value.status === 'queued') return false;
    return (runId ?? write.value.id) === write.value.id;
  });
}

async function eventually(check: () => Promise<boolean>, what: string): Promise<void> {
  let holds = false;
  let isLooking = false;
  await until(() => {
    if (!isLooking) {
      isLooking = true;
      void check().then((found) => {
        holds = found;
        isLooking = false;
      });
    }
    return holds;
  }, what);
}
