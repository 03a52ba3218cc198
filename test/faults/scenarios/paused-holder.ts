import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isRunFinished } from '../../../src/model/run.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store, Transaction } from '../../../src/store/store.ts';
import { until } from '../frame/parts.ts';
import { type Moment, type Replica, startReplicas } from '../frame/replicas/replicas.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

export const pausedHolder: Scenario = {
  name: 'paused-holder',
  fault:
    'A process is stopped before a commit, or a moment after it, for longer than its lease; another one ' +
    'takes its run over.',
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
  const isBefore = place.chance.in100(50);
  const moment = isBefore ? 'before' : { afterMs: place.chance.next() * AFTER_MS_MAX };
  const stopped = stopOne(replicas, place.chance.below(COMMITS), moment);
  const [first] = replicas;
  assert.ok(first !== undefined);
  const data = { name: environment, template: 'ledger', parameters: { ledger: place.ledger } };
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
  if (holder !== undefined) countLate(place, holder, { runId, isBefore });
  const run = (await store.get('runs', runId))?.value;
  assert.deepEqual([run?.status, run?.epoch], ['succeeded', epoch]);
}

/** Most of all that follows from a commit has begun by then: what was claimed with it, too. */
const AFTER_MS_MAX = 25;

/** Whichever takes the run is stopped at one of its commits, and only that one. */
function stopOne(replicas: readonly Replica[], commits: number, moment: Moment): Promise<Replica> {
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
      await replica.stopAt(isIt, moment);
      return replica;
    }),
  );
}

function countLate(
  place: Place,
  { takenLate, refusedLate }: Replica,
  { runId, isBefore }: { runId: string; isBefore: boolean },
): void {
  const late = takenLate.filter((transaction) => isOfHolder(transaction, runId));
  const told = late.map(({ events }) => events.map(({ type }) => type).join(', '));
  place.happened('a holder that is stopped for longer than its lease');
  place.count('stale-epoch', 1, told);
  const refused = refusedLate.filter((transaction) => isOfHolder(transaction, runId));
  // Who had nothing on its way may hear of the other one before it says anything.
  assert.ok(refused.length > 0 || !isBefore, 'nothing came late');
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
