import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CliProcess } from '../../../support/cli.ts';
import { postgresData } from '../../../support/postgres.ts';
import { type RabbitServer, startRabbit } from '../../../support/services/rabbitmq.ts';
import { readRunning } from '../../../support/services/running.ts';
import type { Place } from '../scenario.ts';

/** A server or a worker: the process of now, and how to begin it again. */
export interface Member {
  name: string;
  process: CliProcess;
  /** Where a server answers; undefined: it is a worker, or begins. */
  url: string | undefined;
  start(): Promise<void>;
}

/**
 * Servers and workers that share nothing but their services: PostgreSQL and OpenBao of the machine, in
 * places of their own, and a broker that nobody else uses.
 */
export interface Cluster {
  broker: RabbitServer;
  servers: readonly Member[];
  workers: readonly Member[];
  /** The variables that name the services. */
  variables: Record<string, string>;
  /** What any of its servers answers; undefined: none does now. */
  ask(path: string): Promise<ReturnType<JSON['parse']> | undefined>;
  /** SIGTERM for all, which have to end with 0. */
  end(): Promise<void>;
}

/** One that nobody else uses. */
export async function startBroker(place: Place): Promise<RabbitServer> {
  const broker = await startRabbit({ folder: join(place.folder, 'rabbitmq') });
  place.afterwards(() => broker.stop());
  return broker;
}

export interface ClusterSize {
  broker: RabbitServer;
  servers: number;
  workers: number;
  settings?: Record<string, string>;
}

const READY_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** In CI a service that is missing is a failure. */
export function clusterHindrance(): string | undefined {
  if (process.env.CI === 'true') return undefined;
  const { POSTGRES_URL, VAULT_URL, CONSUL_URL } = { ...readRunning()?.addresses, ...process.env };
  return POSTGRES_URL && VAULT_URL && CONSUL_URL ? undefined : 'nothing runs: test/services up';
}

export async function startCluster(place: Place, size: ClusterSize): Promise<Cluster> {
  const {
    POSTGRES_URL = '',
    VAULT_URL = '',
    VAULT_ROOT_TOKEN = '',
    CONSUL_URL = '',
  } = {
    ...readRunning()?.addresses,
    ...process.env,
  };
  const data = postgresData(POSTGRES_URL);
  const mount = { url: VAULT_URL, token: VAULT_ROOT_TOKEN, name: `fault-${randomUUID()}` };
  await changeMount(mount, 'POST');
  const { broker } = size;
  place.afterwards(async () => {
    await data.remove();
    await changeMount(mount, 'DELETE');
  });
  const variables = {
    BIOTOPE_AMQP_URL: broker.url,
    BIOTOPE_POSTGRES_URL: POSTGRES_URL,
    BIOTOPE_POSTGRES_SCHEMA: data.schema,
    BIOTOPE_CONSUL_URL: CONSUL_URL,
    BIOTOPE_VAULT_URL: VAULT_URL,
    BIOTOPE_VAULT_TOKEN: VAULT_ROOT_TOKEN,
    BIOTOPE_VAULT_MOUNT: mount.name,
    ...size.settings,
  };
  place.readFrom(() => data.open());
  const servers: Member[] = [];
  for (const at of Array(size.servers).keys()) {
    servers.push(await startMember(place, `server-${at}`, { variables, words: SERVER }));
  }
  const addresses = servers.map(({ url }) => url).join(',');
  const workers: Member[] = [];
  for (const at of Array(size.workers).keys()) {
    const more = { ...variables, BIOTOPE_WORKER_SERVERS: addresses };
    workers.push(await startMember(place, `worker-${at}`, { variables: more, words: WORKER }));
  }
  return {
    broker,
    servers,
    workers,
    variables,
    ask: (path) => askAny(servers, path),
    end: async () => {
      await endAll([...workers, ...servers]);
      await broker.stop();
    },
  };
}

const SERVER = ['server', '--primary', '--metrics-listen', '127.0.0.1:0'];
const WORKER = ['worker', '--pool', 'default'];

interface Described {
  variables: Record<string, string>;
  words: readonly string[];
}

/** A server keeps its port: workers know it by that. */
async function startMember(
  place: Place,
  name: string,
  { variables, words }: Described,
): Promise<Member> {
  const isServer = words[0] === 'server';
  let listen = '127.0.0.1:0';
  const begin = () => {
    const where = isServer ? ['--listen', listen] : [];
    return place.start([...words, '--data', join(place.folder, name), ...where], variables);
  };
  const member: Member = {
    name,
    process: begin(),
    url: undefined,
    start: async () => {
      member.process = begin();
      await ready();
    },
  };
  const ready = async () => {
    const untilMs = Date.now() + READY_MS;
    const told = isServer ? /answers at (http:\S+)/ : /takes orders/;
    for (;;) {
      const found = told.exec(member.process.printed());
      if (found !== null) {
        member.url = found[1];
        listen = member.url?.slice('http://'.length) ?? listen;
        return;
      }
      assert.equal(
        member.process.child.exitCode,
        null,
        `${name} begins: ${member.process.printed()}`,
      );
      assert.ok(Date.now() < untilMs, `${name} begins: ${member.process.printed()}`);
      await pause(LOOK_EVERY_MS);
    }
  };
  await ready();
  return member;
}

async function endAll(members: readonly Member[]): Promise<void> {
  for (const { name, process } of members) {
    process.child.kill('SIGTERM');
    const { code, stderr } = await process.end;
    assert.equal(code, 0, `${name} ends: ${stderr.slice(-2_000)}`);
  }
}

async function askAny(servers: readonly Member[], path: string) {
  for (const { url } of servers) {
    try {
      const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
      if (response.status < 500) return await response.json();
    } catch {
      // Another one may answer.
    }
  }
  return undefined;
}

interface Mount {
  url: string;
  token: string;
  name: string;
}

async function changeMount({ url, token, name }: Mount, method: 'POST' | 'DELETE'): Promise<void> {
  const response = await fetch(`${url}/v1/sys/mounts/${name}`, {
    method,
    headers: { 'x-vault-token': token },
    body: method === 'POST' ? JSON.stringify({ type: 'kv', options: { version: '2' } }) : null,
  });
  assert.ok(response.ok, `${method} of a mount: ${response.status}`);
}
