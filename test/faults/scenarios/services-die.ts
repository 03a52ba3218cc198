import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Cluster,
  clusterHindrance,
  type Member,
  startBroker,
  startCluster,
} from '../frame/cluster/cluster.ts';
import { type Producer, startProducer } from '../frame/cluster/producer.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const ENVIRONMENTS = 25;
const DEATHS_A_ROUND = 8;
const WAIT_MS_MAX = 1_500;
const LOOK_EVERY_MS = 200;
const GIVEN_UP_MS = 240_000;
/** A broker that dies within seconds of declaring a quorum queue may lose the queue itself. */
const QUEUES_SETTLE_MS = 6_000;

/** 50 commands a round; a thousand in all. */
export const servicesDie: Scenario = {
  name: 'services-die',
  fault:
    'kill -9 of the broker, of servers and of workers, one after the other, while another program sends ' +
    'commands through RabbitMQ to two servers on PostgreSQL with two workers.',
  rounds: { ci: 1, full: 20 },
  atOnce: 1,
  templates: [],
  hindrance: clusterHindrance,
  async round(place) {
    const broker = await startBroker(place);
    // First of all: it is to hear everything.
    const producer = await startProducer(broker.url);
    const cluster = await startCluster(place, { broker, servers: 2, workers: 2 });
    try {
      await place.done(['template', 'publish', place.fixture('line')], cluster.variables);
      await pause(QUEUES_SETTLE_MS);
      await bringTo({ place, cluster, producer }, { type: 'environment.create', status: 'ok' });
      await bringTo(
        { place, cluster, producer },
        { type: 'environment.destroy', status: 'destroyed' },
      );
      await seesAll(place, producer);
    } finally {
      await producer.end();
    }
    await cluster.end();
  },
};

interface Stage {
  place: Place;
  cluster: Cluster;
  producer: Producer;
}

interface Aim {
  type: 'environment.create' | 'environment.destroy';
  status: string;
}

async function bringTo(stage: Stage, { type, status }: Aim): Promise<void> {
  const { place, cluster, producer } = stage;
  const names = Array.from({ length: ENVIRONMENTS }, (_, at) => `env-${at}`);
  const parameters = { ledger: place.ledger };
  const more = type === 'environment.create' ? { template: 'line', parameters } : {};
  const sending = Promise.all(
    names.map((name) => producer.send({ id: `${type} ${name}`, type, data: { name, ...more } })),
  );
  for (let deaths = 0; deaths < DEATHS_A_ROUND / 2; deaths += 1) await someoneDies(place, cluster);
  await sending;
  const untilMs = Date.now() + GIVEN_UP_MS;
  for (const name of names) {
    for (;;) {
      const found = (await cluster.ask(`/api/v1/environments/${name}`))?.status;
      if (found === status) break;
      assert.ok(Date.now() < untilMs, `${name} becomes ${status}, and is ${found}`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function someoneDies(place: Place, { broker, servers, workers }: Cluster): Promise<void> {
  await pause(place.chance.next() * WAIT_MS_MAX);
  const members: readonly (Member | 'broker')[] = ['broker', ...servers, ...workers];
  const victim = place.chance.pick(members) ?? 'broker';
  if (victim === 'broker') {
    await broker.kill();
    place.happened('kill -9 of the broker');
    await place.died();
    await pause(place.chance.next() * WAIT_MS_MAX);
    await broker.start();
    return;
  }
  await place.kill(victim.process);
  place.happened(`kill -9 of a ${victim.name.split('-')[0]}`);
  await victim.start();
}

/** What the store tells, a subscriber of the broker has been told. */
async function seesAll(place: Place, { seen }: Producer): Promise<void> {
  const unseen = async () => {
    const told = await place.read((store) => store.events({ afterSequence: 0, limit: EVENTS_MAX }));
    assert.ok(told.length < EVENTS_MAX);
    return { n: told.length, ids: told.map(({ event }) => event.id).filter((id) => !seen.has(id)) };
  };
  const untilMs = Date.now() + EVENTS_WITHIN_MS;
  while ((await unseen()).ids.length > 0 && Date.now() < untilMs) await pause(LOOK_EVERY_MS);
  const { n, ids } = await unseen();
  place.count(
    'unseen-events',
    n,
    ids.map((id) => `event ${id}`),
  );
}

const EVENTS_MAX = 10_000;
const EVENTS_WITHIN_MS = 30_000;
