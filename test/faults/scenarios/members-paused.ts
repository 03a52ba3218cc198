import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '../../../src/store/store.ts';
import {
  type Cluster,
  clusterHindrance,
  type Member,
  startBroker,
  startCluster,
} from '../frame/cluster/cluster.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

/** To start the processes costs more than to stop them. */
const PAUSES = 3;
const LEASE_MS = 3_000;
const STEP_SECONDS = 0.4;
/** The two steps, and what comes before them. */
const MOMENT_MS_MAX = 1_500;
const LOOK_EVERY_MS = 100;
const GIVEN_UP_MS = 120_000;
/** For whatever it still has to say. */
const SAID_MS = 1_500;

export const membersPaused: Scenario = {
  name: 'members-paused',
  fault:
    'A server or a worker is stopped in the middle of a run for longer than its leases; others take over, ' +
    'and then it goes on.',
  rounds: { ci: 1, full: 17 },
  atOnce: 1,
  templates: [],
  hindrance: clusterHindrance,
  async round(place) {
    const broker = await startBroker(place);
    const settings = {
      BIOTOPE_ENGINE_RUN_LEASE_MS: String(LEASE_MS),
      BIOTOPE_ENGINE_CLAIM_LEASE_MS: String(LEASE_MS),
    };
    const cluster = await startCluster(place, { broker, servers: 2, workers: 2, settings });
    await place.done(['template', 'publish', place.fixture('line')], cluster.variables);
    for (let turn = 0; turn < PAUSES; turn += 1) await pauseOne(place, cluster, `env-${turn}`);
    await cluster.end();
  },
};

async function pauseOne(place: Place, cluster: Cluster, name: string): Promise<void> {
  const members = [...cluster.servers, ...cluster.workers];
  const stopped = place.chance.pick(members);
  assert.ok(stopped !== undefined);
  const others = cluster.servers.filter((server) => server !== stopped);
  const parameters = { ledger: place.ledger, seconds: STEP_SECONDS };
  await send(place.chance.pick(cluster.servers), { name, template: 'line', parameters });
  await pause(place.chance.next() * MOMENT_MS_MAX);
  stopped.process.child.kill('SIGSTOP');
  const stoppedAtMs = performance.now();
  const wasUnderWay = (await statusOf(others, name)) !== 'ok';
  await becomesOk(others, name);
  const leftMs = stoppedAtMs + 2 * LEASE_MS - performance.now();
  if (leftMs > 0) await pause(leftMs);
  const before = await place.read((store) => recorded(store, name));
  stopped.process.child.kill('SIGCONT');
  await pause(SAID_MS);
  if (stopped.url !== undefined) await answers(stopped);
  assert.equal(stopped.process.child.exitCode, null, `${stopped.name} lives on`);
  const after = await place.read((store) => recorded(store, name));
  place.happened(`a ${stopped.name.split('-')[0]} stopped for longer than its lease`);
  if (wasUnderWay)
    place.count('stale-epoch', 1, after === before ? [] : [`${stopped.name} changed ${name}`]);
}

/** All that is known of an environment; a refusal of what came late stands beside it. */
async function recorded(store: Store, environment: string): Promise<string> {
  const runs = await store.find('runs', { where: { environment } });
  const steps = await Promise.all(
    runs.map(({ value }) => store.find('steps', { where: { runId: value.id } })),
  );
  const resources = await store.find('resources', { where: { environment } });
  const found = [
    await store.get('environments', environment),
    ...runs,
    ...steps.flat(),
    ...resources,
  ];
  return JSON.stringify(found.map((one) => one?.value));
}

async function send(
  server: Member | undefined,
  data: { name: string; [more: string]: unknown },
): Promise<void> {
  const response = await fetch(`${server?.url}/api/v1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': data.name },
    body: JSON.stringify({ type: 'environment.create', data }),
  });
  assert.equal(response.status, 202, await response.text());
}

async function statusOf(servers: readonly Member[], name: string): Promise<string | undefined> {
  const [server] = servers;
  const response = await fetch(`${server?.url}/api/v1/environments/${name}`);
  const { status } = (await response.json()) as { status?: string };
  return status;
}

async function becomesOk(servers: readonly Member[], name: string): Promise<void> {
  const untilMs = Date.now() + GIVEN_UP_MS;
  for (;;) {
    const status = await statusOf(servers, name);
    if (status === 'ok') return;
    assert.ok(Date.now() < untilMs, `${name} becomes ok, and is ${status}`);
    await pause(LOOK_EVERY_MS);
  }
}

async function answers({ url, name }: Member): Promise<void> {
  const response = await fetch(`${url}/readyz`);
  assert.equal(response.status, 200, `${name} is ready again`);
}
