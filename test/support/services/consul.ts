import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getConsul } from './fetch/consul.ts';
import { freePorts, madeFolder } from './place.ts';
import {
  answers,
  killProcess,
  type ServiceProcess,
  signal,
  startProcess,
  stopProcess,
  until,
} from './process.ts';

/** One server of a Consul datacenter, on loopback. */
export interface ConsulServer {
  url: string;
  datacenter: string;
  /** Where servers of other datacenters join it. */
  wanAddress: string;
  process: ServiceProcess;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  goOn(): void;
}

interface Request {
  folder: string;
  datacenter?: string;
  /** `wanAddress` of a server of another datacenter. */
  joins?: string;
  /** Everything is refused but to those with a token; this one may do everything. */
  managementToken?: string;
}

const READY_MS = 60_000;

export async function startConsul({
  folder,
  datacenter = 'dc1',
  joins,
  managementToken,
}: Request): Promise<ConsulServer> {
  const program = await getConsul();
  const [http = 0, server = 0, lan = 0, wan = 0] = await freePorts(4);
  madeFolder(folder);
  const file = join(folder, 'consul.json');
  writeFileSync(
    file,
    JSON.stringify(
      configuration({
        folder,
        datacenter,
        joins,
        managementToken,
        ports: { http, server, serf_lan: lan, serf_wan: wan },
      }),
    ),
  );
  const url = `http://127.0.0.1:${http}`;
  const begin = () =>
    startProcess({
      command: [program, 'agent', '-config-file', file],
      environment: { PATH: process.env.PATH ?? '', HOME: folder },
      folder,
      log: join(folder, 'consul.log'),
    });
  const asked = managementToken === undefined ? '' : `&token=${managementToken}`;
  const isReady = () =>
    until(
      `Consul at ${url}`,
      () => answers(`${url}/v1/kv/none?consistent${asked}`, [404]),
      READY_MS,
    );

  const consul: ConsulServer = {
    url,
    datacenter,
    wanAddress: `127.0.0.1:${wan}`,
    process: begin(),
    start: async () => {
      consul.process = begin();
      await isReady();
    },
    stop: () => stopProcess(consul.process),
    kill: () => killProcess(consul.process),
    pause: () => signal(consul.process, 'SIGSTOP'),
    goOn: () => signal(consul.process, 'SIGCONT'),
  };
  await isReady();
  if (joins !== undefined) await sees(url, 'dc1');
  return consul;
}

async function sees(url: string, datacenter: string): Promise<void> {
  const address = `${url}/v1/kv/none?dc=${datacenter}`;
  await until(`${datacenter} to be seen at ${url}`, () => answers(address, [404]), READY_MS);
}

interface Shape extends Required<Pick<Request, 'folder' | 'datacenter'>> {
  joins: string | undefined;
  managementToken: string | undefined;
  ports: Record<string, number>;
}

function configuration({ folder, datacenter, joins, managementToken, ports }: Shape) {
  const loopback = '127.0.0.1';
  return {
    server: true,
    bootstrap_expect: 1,
    datacenter,
    primary_datacenter: 'dc1',
    node_name: `${datacenter}-server`,
    data_dir: join(folder, 'data'),
    bind_addr: loopback,
    client_addr: loopback,
    advertise_addr: loopback,
    advertise_addr_wan: loopback,
    disable_update_check: true,
    log_level: 'WARN',
    performance: { raft_multiplier: 1 },
    // A killed server that comes back is the same one.
    leave_on_terminate: false,
    skip_leave_on_interrupt: true,
    ports: { ...ports, dns: -1, grpc: -1, grpc_tls: -1, https: -1 },
    ...(managementToken === undefined ? {} : { acl: accessOf(managementToken) }),
    // The interval is half a minute otherwise.
    ...(joins === undefined ? {} : { retry_join_wan: [joins], retry_interval_wan: '1s' }),
  };
}

function accessOf(managementToken: string) {
  const tokens = { initial_management: managementToken, agent: managementToken };
  return { enabled: true, default_policy: 'deny', tokens };
}
