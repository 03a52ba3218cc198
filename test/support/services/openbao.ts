import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getConsulEngine, getOpenBao } from './fetch/openbao.ts';
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

/**
 * One server of OpenBao, which speaks Vault's API, on loopback: unsealed, with key-value version 2 at
 * `secret/`, AppRole, and the engines for RabbitMQ, Consul, certificates and encryption.
 */
export interface OpenBaoServer {
  url: string;
  rootToken: string;
  process: ServiceProcess;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** Begins a stopped one again, and unseals it. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  goOn(): void;
}

interface Keys {
  root_token: string;
  keys_base64: [string];
}

const READY_MS = 30_000;

export async function startOpenBao({ folder }: { folder: string }): Promise<OpenBaoServer> {
  const program = await getOpenBao();
  const plugin = await getConsulEngine();
  const [port = 0, clusterPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const plugins = madeFolder(join(folder, 'plugins'));
  madeFolder(join(folder, 'raft'));
  copyFileSync(plugin, join(plugins, 'consul'));
  const file = join(folder, 'openbao.json');
  writeFileSync(file, JSON.stringify(configuration({ folder, plugins, port, clusterPort })));
  const begin = () =>
    startProcess({
      command: [program, 'server', `-config=${file}`],
      environment: { PATH: process.env.PATH ?? '', HOME: folder },
      folder,
      log: join(folder, 'openbao.log'),
    });
  const first = begin();
  await until(
    `OpenBao at ${url}`,
    () => answers(`${url}/v1/sys/health`, [501, 503, 200]),
    READY_MS,
  );
  const keys = await keysOf(url, join(folder, 'keys.json'));
  const ask = askWith(url, keys.root_token);
  const unseal = async () => {
    await ask('PUT', 'sys/unseal', { key: keys.keys_base64[0] });
    await until(
      `OpenBao at ${url} to be active`,
      () => answers(`${url}/v1/sys/health`, [200]),
      READY_MS,
    );
  };

  const openBao: OpenBaoServer = {
    url,
    rootToken: keys.root_token,
    process: first,
    seal: () => ask('PUT', 'sys/seal'),
    unseal,
    start: async () => {
      openBao.process = begin();
      await until(`OpenBao at ${url}`, () => answers(`${url}/v1/sys/health`, [503]), READY_MS);
      await unseal();
    },
    stop: () => stopProcess(openBao.process),
    kill: () => killProcess(openBao.process),
    pause: () => signal(openBao.process, 'SIGSTOP'),
    goOn: () => signal(openBao.process, 'SIGCONT'),
  };
  await unseal();
  await furnish(ask, plugin);
  return openBao;
}

type Ask = ReturnType<typeof askWith>;

function askWith(url: string, token: string) {
  return async (method: string, path: string, body?: object): Promise<void> => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  };
}

async function keysOf(url: string, file: string): Promise<Keys> {
  if (!existsSync(file)) {
    const body = JSON.stringify({ secret_shares: 1, secret_threshold: 1 });
    const response = await fetch(`${url}/v1/sys/init`, { method: 'PUT', body });
    writeFileSync(file, await response.text(), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function furnish(ask: Ask, plugin: string): Promise<void> {
  await ask('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  for (const engine of ['transit', 'pki', 'rabbitmq']) {
    await ask('POST', `sys/mounts/${engine}`, { type: engine });
  }
  await ask('POST', 'sys/auth/approle', { type: 'approle' });
  const sha256 = createHash('sha256').update(readFileSync(plugin)).digest('hex');
  await ask('PUT', 'sys/plugins/catalog/secret/consul', { sha256, command: 'consul' });
  await ask('POST', 'sys/mounts/consul', { type: 'consul' });
}

interface Shape {
  folder: string;
  plugins: string;
  port: number;
  clusterPort: number;
}

function configuration({ folder, plugins, port, clusterPort }: Shape) {
  return {
    storage: { raft: { path: join(folder, 'raft'), node_id: 'one' } },
    listener: {
      tcp: {
        address: `127.0.0.1:${port}`,
        cluster_address: `127.0.0.1:${clusterPort}`,
        tls_disable: true,
      },
    },
    api_addr: `http://127.0.0.1:${port}`,
    cluster_addr: `https://127.0.0.1:${clusterPort}`,
    plugin_directory: plugins,
  };
}
