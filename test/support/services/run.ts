import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsul } from './consul.ts';
import { getProviders } from './fetch/providers.ts';
import { startOpenBao } from './openbao.ts';
import { startPostgres } from './postgres.ts';
import { isAlive, type ServiceProcess, stopProcess } from './process.ts';
import { startRabbit } from './rabbitmq.ts';
import {
  type Running,
  readRunning,
  readRunningEvenPartly,
  runningFile,
  SERVICES,
} from './running.ts';

/**
 * `test/services up|down|status`: the real services of the tests, on loopback, with new data. What a
 * variable names already is not begun. Programs are those of the machine, or fetched once.
 */
const [command = ''] = process.argv.slice(2);

interface Begun {
  addresses: Running['addresses'];
  process?: ServiceProcess;
  names?: ServiceProcess;
}

interface Service {
  name: string;
  variables: readonly (keyof typeof SERVICES)[];
  begin(folder: string): Promise<Begun>;
}

let wanAddress: string | undefined;

const SERVICE_LIST: Service[] = [
  {
    name: 'PostgreSQL',
    variables: ['POSTGRES_URL'],
    begin: async (folder) => {
      const server = await startPostgres({ folder });
      return { ...server, addresses: { POSTGRES_URL: server.url } };
    },
  },
  {
    name: 'RabbitMQ 4',
    variables: ['RABBITMQ_URL'],
    begin: async (folder) => {
      const server = await startRabbit({ folder, version: 4 });
      const { url, managementUrl } = server;
      const addresses = { RABBITMQ_URL: url, RABBITMQ_MANAGEMENT_URL: managementUrl };
      return { ...server, addresses };
    },
  },
  {
    name: 'RabbitMQ 3',
    variables: ['RABBITMQ3_URL'],
    begin: async (folder) => {
      const server = await startRabbit({ folder, version: 3 });
      return { ...server, addresses: { RABBITMQ3_URL: server.url } };
    },
  },
  {
    name: 'Consul',
    variables: ['CONSUL_URL'],
    begin: async (folder) => {
      const server = await startConsul({ folder });
      wanAddress = server.wanAddress;
      return { ...server, addresses: { CONSUL_URL: server.url } };
    },
  },
  {
    name: 'Consul, another datacenter',
    variables: ['CONSUL2_URL'],
    begin: async (folder) => {
      const joins = wanAddress === undefined ? {} : { joins: wanAddress };
      const server = await startConsul({ folder, datacenter: 'dc2', ...joins });
      return { ...server, addresses: { CONSUL2_URL: server.url } };
    },
  },
  {
    name: 'OpenBao',
    variables: ['VAULT_URL', 'VAULT_ROOT_TOKEN'],
    begin: async (folder) => {
      const server = await startOpenBao({ folder });
      const { url, rootToken } = server;
      return { ...server, addresses: { VAULT_URL: url, VAULT_ROOT_TOKEN: rootToken } };
    },
  },
  {
    name: "Terraform's providers",
    variables: ['TERRAFORM_PROVIDERS'],
    begin: async () => ({ addresses: { TERRAFORM_PROVIDERS: await getProviders() } }),
  },
];

async function up(): Promise<boolean> {
  if (readRunning() !== undefined) {
    console.log('they run already');
    return true;
  }
  await down();
  const base = mkdtempSync(join(tmpdir(), 'biotope-services-'));
  // PostgreSQL runs as a user of its own.
  chmodSync(base, 0o711);
  const running: Running = { folder: base, addresses: {}, processes: {} };
  let isWell = true;
  for (const service of SERVICE_LIST) {
    if (service.variables.every((variable) => process.env[variable])) {
      console.log(`${service.name}: named by ${service.variables.join(', ')}`);
      continue;
    }
    const beganMs = performance.now();
    try {
      const begun = await service.begin(join(base, service.name.replaceAll(/[^A-Za-z0-9]+/g, '-')));
      Object.assign(running.addresses, begun.addresses);
      if (begun.names !== undefined) running.processes[`${service.name}, names`] = begun.names;
      if (begun.process !== undefined) running.processes[service.name] = begun.process;
      const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
      console.log(`${service.name}: up after ${seconds} s`);
    } catch (error) {
      isWell = false;
      console.log(`${service.name}: FAILED: ${error instanceof Error ? error.message : error}`);
    }
    writeFileSync(runningFile(), JSON.stringify(running, null, 2), { mode: 0o600 });
  }
  return isWell;
}

async function down(): Promise<boolean> {
  const running = readRunningEvenPartly();
  for (const [name, service] of Object.entries(running?.processes ?? {}).reverse()) {
    if (!isAlive(service)) continue;
    await stopProcess(service);
    console.log(`${name}: ended`);
  }
  rmSync(runningFile(), { force: true });
  if (running !== undefined) rmSync(running.folder, { recursive: true, force: true });
  return true;
}

async function status(): Promise<boolean> {
  const running = readRunningEvenPartly();
  for (const [name, service] of Object.entries(running?.processes ?? {})) {
    console.log(`${name}: ${isAlive(service) ? `process ${service.pid}` : 'ended'}`);
  }
  for (const [variable, says] of Object.entries(SERVICES)) {
    const named = process.env[variable] ? 'named by the variable' : addressBegun(running, variable);
    console.log(`${variable} (${says}): ${named ?? 'nothing'}`);
  }
  return readRunning() !== undefined;
}

function addressBegun(running: Running | undefined, variable: string): string | undefined {
  const begun = Object.entries(running?.addresses ?? {}).find(([name]) => name === variable);
  return begun === undefined ? undefined : 'begun by test/services';
}

const COMMANDS: Record<string, () => Promise<boolean>> = { up, down, status };

const wanted = COMMANDS[command];
if (wanted === undefined) {
  console.error('usage: test/services up|down|status');
  process.exitCode = 64;
} else if (!(await wanted())) process.exitCode = 1;
