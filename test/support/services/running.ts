import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './place.ts';
import { isAlive, type ServiceProcess } from './process.ts';

/** The variables that name a service, and what `test/services up` writes down of those it began. */
export const SERVICES = {
  RABBITMQ_URL: 'RabbitMQ 4: amqp://user:password@host:port',
  RABBITMQ_MANAGEMENT_URL: 'its management: http://host:port',
  RABBITMQ3_URL: 'RabbitMQ 3',
  POSTGRES_URL: 'PostgreSQL: postgres://user@host:port/database; the user makes schemas',
  CONSUL_URL: 'Consul: http://host:port',
  CONSUL2_URL: 'Consul in another datacenter, joined with the first',
  VAULT_URL: 'OpenBao or Vault: http://host:port',
  VAULT_ROOT_TOKEN: 'a token of it that may do everything',
  TERRAFORM_PROVIDERS: "Terraform's CLI configuration with a mirror of providers",
  ARANGO_URL: 'ArangoDB: http://root:password@host:port',
} as const;

export type ServiceVariable = keyof typeof SERVICES;
export type Addresses = Partial<Record<ServiceVariable, string>>;

export interface Running {
  /** Of their data. */
  folder: string;
  addresses: Addresses;
  processes: Record<string, ServiceProcess>;
}

export const runningFile = () => join(cacheFolder(), 'running.json');

/** What was begun, whether it still runs or not. */
export function readRunningEvenPartly(): Running | undefined {
  const file = runningFile();
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Undefined where nothing was begun, or any of it has ended. */
export function readRunning(): Running | undefined {
  const running = readRunningEvenPartly();
  if (running === undefined) return undefined;
  return Object.values(running.processes).every(isAlive) ? running : undefined;
}
