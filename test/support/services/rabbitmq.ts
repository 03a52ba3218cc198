import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { getRabbit, type RabbitTree, type RabbitVersion } from './fetch/rabbitmq.ts';
import { run } from './fetch/run.ts';
import { freePorts, madeFolder } from './place.ts';
import {
  answers,
  isAlive,
  killProcess,
  processOf,
  type ServiceProcess,
  signal,
  startProcess,
  stopProcess,
  until,
} from './process.ts';

/** One RabbitMQ on loopback, with its management; user and password are `guest`. */
export interface RabbitServer {
  /** `amqp://guest:guest@127.0.0.1:…` */
  url: string;
  managementUrl: string;
  process: ServiceProcess;
  /** Erlang's register of names, which it needs. */
  names: ServiceProcess;
  /** `rabbitmqctl` with these words. */
  control(...words: string[]): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  goOn(): void;
}

interface Ports {
  amqp: number;
  management: number;
  distribution: number;
  epmd: number;
}

const READY_MS = 90_000;

export async function startRabbit({
  folder,
  version = 4,
}: {
  folder: string;
  version?: RabbitVersion;
}): Promise<RabbitServer> {
  const tree = await getRabbit(version);
  const [amqp = 0, management = 0, distribution = 0, epmd = 0] = await freePorts(4);
  const ports = { amqp, management, distribution, epmd };
  const place = { tree, folder: madeFolder(folder), ports };
  const server: RabbitServer = {
    url: `amqp://guest:guest@127.0.0.1:${amqp}`,
    managementUrl: `http://127.0.0.1:${management}`,
    process: { pid: 0, startedAt: 'never' },
    names: beginNames(place),
    control: (...words) => execute(place, ['rabbitmqctl', ...words]),
    start: async () => {
      if (!isAlive(server.names)) server.names = beginNames(place);
      server.process = await begin(place);
    },
    stop: async () => {
      await stopProcess(server.process);
      await stopProcess(server.names);
    },
    kill: () => killProcess(server.process),
    pause: () => signal(server.process, 'SIGSTOP'),
    goOn: () => signal(server.process, 'SIGCONT'),
  };
  configure(place);
  await server.start();
  return server;
}

interface Place {
  tree: RabbitTree;
  folder: string;
  ports: Ports;
}

function configure({ folder, ports }: Place): void {
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  const loopbackOnly = '[{kernel, [{inet_dist_use_interface, {127,0,0,1}}]}].\n';
  writeFileSync(join(folder, 'advanced.config'), loopbackOnly);
  writeFileSync(join(folder, 'environment.conf'), '');
}

function environmentOf({ tree, folder, ports }: Place): Record<string, string> {
  const home = tree.inside(folder);
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: tree.path,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.epmd),
    RABBITMQ_NODENAME: `test${ports.amqp}@localhost`,
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: `${home}/data`,
    RABBITMQ_LOG_BASE: `${home}/log`,
    RABBITMQ_PID_FILE: `${home}/pid`,
    RABBITMQ_CONF_ENV_FILE: `${home}/environment.conf`,
    RABBITMQ_CONFIG_FILE: `${home}/rabbitmq.conf`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${home}/advanced.config`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${home}/enabled_plugins`,
    RABBITMQ_GENERATED_CONFIG_DIR: `${home}/generated`,
  };
}

/** With nothing of this process's own environment, which is said with `env`: a chroot has its own. */
function commandOf(place: Place, words: readonly string[]): [string, ...string[]] {
  const variables = Object.entries(environmentOf(place)).map(([name, value]) => `${name}=${value}`);
  const [first = 'env', ...rest] = [
    ...place.tree.prefix(place.folder),
    ...['env', '-i', ...variables, ...words],
  ];
  return [first, ...rest];
}

async function begin(place: Place): Promise<ServiceProcess> {
  const { folder, ports } = place;
  const pidFile = join(folder, 'pid');
  rmSync(pidFile, { force: true });
  startProcess({
    command: commandOf(place, ['rabbitmq-server']),
    environment: { PATH: process.env.PATH ?? '' },
    folder,
    log: join(folder, 'server.log'),
  });
  const management = `http://127.0.0.1:${ports.management}`;
  await until('the process of RabbitMQ', () => existsSync(pidFile), READY_MS);
  await until(`RabbitMQ at ${management}`, () => answers(management, [200]), READY_MS);
  await until(`RabbitMQ on port ${ports.amqp}`, () => takesConnections(ports.amqp), READY_MS);
  return processOf(Number(readFileSync(pidFile, 'utf8')));
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function execute(place: Place, words: readonly string[]): Promise<string> {
  const [program, ...rest] = commandOf(place, words);
  return run(program, rest, { timeoutMs: 60_000 });
}

/** In the foreground, and by us: the one that a broker begins would outlive it. */
function beginNames(place: Place): ServiceProcess {
  return startProcess({
    command: commandOf(place, ['epmd']),
    environment: { PATH: process.env.PATH ?? '' },
    folder: place.folder,
    log: join(place.folder, 'names.log'),
  });
}
