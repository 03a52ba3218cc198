import type { Secrets } from '../../../src/secrets/secrets.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { watchAcceptance } from '../model/acceptance.ts';
import { watchApprovals } from '../model/approvals.ts';
import { type Audience, createAudience } from '../model/audience.ts';
import { type Chronicle, createChronicle } from '../model/chronicle.ts';
import { createDealings, type Dealings, watchClaims } from '../model/claims.ts';
import { drawBlueprints, unguarded } from '../model/draw.ts';
import { watchDrift } from '../model/drift.ts';
import { watchDriving } from '../model/driving.ts';
import { watchEnds } from '../model/ends.ts';
import { watchFailures } from '../model/failures.ts';
import { createFollower, type Follower } from '../model/feed.ts';
import { watchLeadership } from '../model/leadership.ts';
import { createModel, type Model } from '../model/line.ts';
import { type EffectOrder, watchEffectOrder } from '../model/order.ts';
import { watchOutcomes } from '../model/outcome.ts';
import { watchParking } from '../model/parking.ts';
import { type Promises, watchPromises } from '../model/promises.ts';
import { keepRecords, type Records } from '../model/records.ts';
import { type SealedStates, watchStatesOfExecutors } from '../model/sealed.ts';
import { watchStates } from '../model/states.ts';
import type { PlantedBug } from '../planted/planted.ts';
import { type Chance, createChance } from '../world/chance.ts';
import { type Cloud, createCloud } from '../world/cloud.ts';
import { createOutages, type Outages } from '../world/outages.ts';
import type { Process } from '../world/process.ts';
import { SETTINGS } from '../world/server.ts';
import { drawWeather, type Weather } from '../world/weather.ts';

/** Everything that a story happens on. */
export interface Stage {
  chance: Chance;
  weather: Weather;
  clock: VirtualClock;
  chronicle: Chronicle;
  /** As no process has it: never slow, never away. */
  store: Store;
  secrets: Secrets;
  records: Records;
  model: Model;
  cloud: Cloud;
  outages: Outages;
  promises: Promises;
  audience: Audience;
  follower: Follower;
  order: EffectOrder;
  dealings: Dealings;
  sealed: SealedStates;
  /** Every process there ever was, by name. */
  processes: Map<string, Process>;
  silence: { lastAtMs: number };
  ids(): string;
  /** For bugs that remember which orders were sent. */
  sent: Set<string>;
  bug: PlantedBug | undefined;
}

export interface StageTerms {
  seed: number;
  secrets: Secrets;
  isTold?: boolean;
  bug?: PlantedBug;
}

export const NAMES = ['one', 'two'];

export function createStage({ seed, secrets, isTold = false, bug }: StageTerms): Stage {
  const chance = createChance(seed);
  const clock = createVirtualClock({ random: chance.next });
  const store = createSqliteStore({ path: ':memory:', clock });
  const chronicle = createChronicle({ nowMs: clock.nowMs, isTold });
  const records = keepRecords(store);
  const drawn = drawBlueprints(chance);
  const model = createModel([...drawn, unguarded(drawn)]);
  const cloud = createCloud(chronicle);
  const facts = { store, records, model, cloud, chance };
  const followed = bug?.feed?.(store) ?? store;
  let made = 0;
  const stage: Stage = {
    ...facts,
    outages: createOutages({ clock, chance, chronicle }),
    weather: drawWeather(chance),
    clock,
    chronicle,
    secrets,
    promises: watchPromises(chronicle, facts),
    audience: createAudience(chronicle, facts),
    follower: createFollower(chronicle, { ...facts, store: followed }),
    order: watchEffectOrder(chronicle, facts),
    dealings: createDealings(chronicle),
    sealed: watchStatesOfExecutors(chronicle, records),
    processes: new Map(),
    silence: { lastAtMs: 0 },
    ids: () => {
      made += 1;
      return `id-${String(made).padStart(5, '0')}`;
    },
    sent: new Set(),
    bug,
  };
  addChecks(stage);
  return stage;
}

/** The line first: what a run is to be is judged by what was accepted before. */
function addChecks(stage: Stage): void {
  const { chronicle, clock, records, model, cloud, dealings, promises, order } = stage;
  const claimed = new Set<string>();
  const facts = {
    records,
    model,
    cloud,
    dealings,
    nowMs: clock.nowMs,
    isDead: (name: string) => isDead(stage, name),
    isOpen: (key: string) => claimed.has(key),
    onClaimed: (environment: string, identity: string) => claimed.add(`${environment}/${identity}`),
    onSettled: (environment: string, identity: string) => {
      claimed.delete(`${environment}/${identity}`);
      cloud.settled(`${environment}/${identity}`);
    },
    attemptsMax: SETTINGS.retry.attemptsMax,
    leaseMs: SETTINGS.runLeaseMs,
    lossesMax: SETTINGS.lossesMax,
    parkingsMax: SETTINGS.parkingsMax,
    passedAtMs: stage.outages.passedAtMs,
    wasSilentSince: (atMs: number) => stage.silence.lastAtMs >= atMs,
  };
  records.add(watchStates(chronicle));
  records.add(promises.check);
  records.add(watchApprovals(chronicle, { model, records }));
  records.add(watchAcceptance(chronicle, { model, promises }));
  records.add(watchDriving(chronicle, facts));
  records.add(watchLeadership(chronicle, facts));
  records.add(watchClaims(chronicle, facts));
  records.add(order.check);
  records.add(stage.sealed.check);
  records.add(watchParking(chronicle, facts));
  records.add(watchOutcomes(chronicle, facts));
  records.add(watchDrift(chronicle, facts));
  records.add(watchFailures(chronicle, facts));
  records.add(watchEnds(chronicle, { records, atWork: cloud.atWork }));
  records.add(promises.check);
}

/** Of a process, or of a worker that is part of one. */
function isDead({ processes }: Stage, name: string): boolean {
  return processes.get(name.split('/')[0] ?? name)?.isDead ?? false;
}
