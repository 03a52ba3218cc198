import { delimiter, dirname } from 'node:path';
import type { Config } from '../config/schema.ts';
import { createCommandExecutor } from '../executors/command/command.ts';
import { commandDefinition } from '../executors/command/definition.ts';
import { commandBounds } from '../executors/command/settings.ts';
import { createConsulKvExecutor } from '../executors/consul-kv/consul-kv.ts';
import { consulKvDefinition } from '../executors/consul-kv/definition.ts';
import type { Executor, ExecutorDefinition } from '../executors/executor.ts';
import { externalDefinition } from '../executors/external/definition.ts';
import { createExternalExecutor } from '../executors/external/external.ts';
import {
  tellingTerraformDefinition,
  terraformDefinition,
} from '../executors/terraform/definition.ts';
import type { CredentialsMaker } from '../executors/terraform/made-credentials.ts';
import type { Registries } from '../executors/terraform/providers/registries.ts';
import { createTerraformExecutor } from '../executors/terraform/terraform.ts';
import { vaultSecretDefinition } from '../executors/vault-secret/definition.ts';
import { createVaultSecretExecutor } from '../executors/vault-secret/vault-secret.ts';
import { createConsulKeyValue } from '../keyvalue/consul/consul-keyvalue.ts';
import { createEmbeddedKeyValue } from '../keyvalue/embedded/embedded-keyvalue.ts';
import type { KeyValue } from '../keyvalue/keyvalue.ts';
import { systemClock } from '../platform/clock.ts';
import type { ConsulClient } from '../platform/consul/client.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { DataPaths } from './data-folder.ts';
import { createProbe } from './probe.ts';
import { terraformSettings } from './terraform-settings.ts';

/** What templates may use, by kind: enough to check and to plan. */
export const DEFINITIONS: ReadonlyMap<string, ExecutorDefinition> = new Map(
  [
    terraformDefinition,
    consulKvDefinition,
    vaultSecretDefinition,
    commandDefinition,
    externalDefinition,
  ].map((definition) => [definition.kind, definition]),
);

/** For templates that ship, which were checked: quicker. */
export const SHIPPED_DEFINITIONS: ReadonlyMap<string, ExecutorDefinition> = new Map([
  ...DEFINITIONS,
  [tellingTerraformDefinition.kind, tellingTerraformDefinition],
]);

export interface Executors {
  executors: ReadonlyMap<string, Executor>;
  /** To be closed when they are no longer used. */
  keyvalue: KeyValue;
}

export function createExecutors({
  config,
  paths,
  secrets,
  consul,
  registries,
  maker,
}: {
  config: Config;
  paths: DataPaths;
  secrets: Secrets;
  /** Undefined: keys are kept in the data folder. */
  consul: ConsulClient | undefined;
  /** Absent: nobody waits for a registry that is away. */
  registries?: Registries | undefined;
  /** Of credentials for single steps. */
  maker?: CredentialsMaker | undefined;
}): Executors {
  const keyvalue =
    consul === undefined
      ? createEmbeddedKeyValue({ path: paths.keyvalue, sealing: secrets })
      : createConsulKeyValue({ client: consul, prefix: config.consul.prefix });
  const clock = systemClock;
  const { probeTimeoutMs } = config.validation;
  const terraform = createTerraformExecutor({
    clock,
    folders: paths,
    settings: terraformSettings(config, paths),
    registries,
    maker,
  });
  const probe = createProbe(consul);
  const executors = new Map<string, Executor>([
    [terraformDefinition.kind, terraform],
    [consulKvDefinition.kind, createConsulKvExecutor({ keyValue: keyvalue })],
    [vaultSecretDefinition.kind, createVaultSecretExecutor({ secrets })],
    [commandDefinition.kind, createCommandExecutor({ clock, settings: commandSettings(config) })],
    [externalDefinition.kind, createExternalExecutor({ probe, clock, probeTimeoutMs })],
  ]);
  return { executors, keyvalue };
}

/**
 * Templates bring small programs for Node. Where the machine has none on its PATH they get the one
 * that runs us; where it has one, that is theirs.
 */
function commandSettings({ command, limits }: Config) {
  const path = command.path ?? process.env.PATH ?? '';
  const own = dirname(process.execPath);
  return {
    ...command,
    ...commandBounds(limits),
    path: path === '' ? own : `${path}${delimiter}${own}`,
  };
}
