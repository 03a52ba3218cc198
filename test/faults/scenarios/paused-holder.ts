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
  rounds: { ci: 1, full: 70 },
  templates: ['ledger'],
  async round(place) {
    const store = createSqliteStore({
      path: join(place.dataFolder, 'store.db'),
      clock: systemClock,
    });
    const own = ['left', 'right'].map((name) => join(place.folder, name));
    const replicas = await startReplicas(store, { shared: place.dataFolder, own });
    try {
      for (let turn = 0; turn < PAUSES; turn += 1) {
        await pauseOne(place, { store, replicas, environment: `turn-${turn}` });
      }
    } finally {
      await Promise.all(replicas.map((replica) => replica.end()));
      await store.close();
    }
  },
};

/** To start the processes costs more than to stop them. */
const PAUSES = 3;

interface Turn {
  store: Store;
  replicas: readonly Replica[];
  environment: string;
}

async function pauseOne(place: Place, { store, replicas, environment }: Turn): Promise<void> {
  const stopped = stopOne(replicas, place.chance.below(COMMITS));
  const [first] = replicas;
  assert.ok(first !== undefined);
  // A ledger of its own: what a stopped process was about to start, it starts when it goes on. Only its
  // writes can be refused, and those are what is counted here.
  const parameters = { ledger: join(place.folder, `ledger-of-${environment}`) };
  const data = { name: environment, template: 'ledger', parameters };
  const runId = await first.submit(`create ${environment}`, { type: 'environment.create', data });
  const ended = (id: string) =>
    eventually(async () => {
      const run = (await store.get('runs', id))?.value;
      return run !== undefined && isRunFinished(run);
    }, 'the end of a run');
  // It may not make as many commits as were chosen.
  const holder = await Promise.race([stopped, ended(runId).then(() => undefined)]);
  await ended(runId);
  const epoch = (await store.get('runs', runId))?.value.epoch;
  for (const replica of replicas) replica.goOn();
  // It answers: so what it had to say before is said.
  const again = await (holder ?? first).submit(`destroy ${environment}`, {
    type: 'environment.destroy',
    data: { name: environment },
  });
  await ended(again);
  if (holder !== undefined) countLate(place, holder, runId);
  const run = (await store.get('runs', runId))?.value;
  assert.deepEqual([run?.status, run?.epoch], ['succeeded', epoch]);
}

/** Whichever takes the run is stopped before one of its commits, and only that one. */
function stopOne(replicas: readonly Replica[], commits: number): Promise<Replica> {
  let commitsLeft = commits;
  let isChosen = false;
  const isIt = (transaction: Transaction) => {
    if (isChosen || !isOfHolder(transaction)) return false;
    commitsLeft -= 1;
    isChosen = commitsLeft < 0;
    return isChosen;
  };
  return Promise.race(
    replicas.map(async (replica) => {
      await replica.stopBefore(isIt);
      return replica;
    }),
  );
}

function countLate(place: Place, { takenLate, refusedLate }: Replica, runId: string): void {
  const late = takenLate.filter((transaction) => isOfHolder(transaction, runId));
  const told = late.map(({ events }) => events.map(({ type }) => type).join(', '));
  place.happened('a holder that is stopped for longer than its lease');
  place.count('stale-epoch', 1, told);
  const refused = refusedLate.filter((transaction) => isOfHolder(transaction, runId));
  assert.ok(refused.length > 0, 'nothing came late');
}

/** About as many as a holder makes for a run of four steps. */
const COMMITS = 6;

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
