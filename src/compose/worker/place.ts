import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { BiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { makePrivateFolder } from '../../platform/private-folder.ts';
import { type DataPaths, dataPaths, prepareDataFolder } from '../data-folder.ts';
import { type DriverLock, tryDriverLock } from '../seat/driver-lock.ts';

/** The folder of one worker, which no other process uses as long as it has it. */
export interface WorkerPlace {
  name: string;
  /** As those of the data folder, with bundles and work folders of its own. */
  paths: DataPaths;
  leave(): void;
}

const PLACES_MAX = 1_000;

/** Rejects with DATA_FOLDER_TAKEN where another worker has the name. */
export function takePlace({ dataFolder, worker }: Config, pool: string): WorkerPlace {
  const shared = dataPaths(dataFolder);
  prepareDataFolder(shared);
  if (worker.name !== null) {
    const place = tryPlace(shared, worker.name);
    if (place !== undefined) return place;
    throw new BiotopeError('DATA_FOLDER_TAKEN', {
      message: `Another worker named ${worker.name} works in ${shared.workers}.`,
      remedy: 'End it first, or choose another name with --name.',
    });
  }
  for (let number = 1; number <= PLACES_MAX; number += 1) {
    const place = tryPlace(shared, `${pool}-${number}`);
    if (place !== undefined) return place;
  }
  throw new BiotopeError('DATA_FOLDER_TAKEN', {
    message: `There are ${PLACES_MAX} workers of the pool ${pool} in ${shared.workers} already.`,
    remedy: 'Choose a name with --name, or another data folder with --data.',
  });
}

function tryPlace(shared: DataPaths, name: string): WorkerPlace | undefined {
  const folder = join(shared.workers, name);
  makePrivateFolder(folder);
  const own = dataPaths(folder);
  const startedAt = new Date(systemClock.nowMs()).toISOString();
  const lock: DriverLock | undefined = tryDriverLock(own, {
    pid: process.pid,
    command: `worker ${name}`,
    startedAt,
  });
  if (lock === undefined) return undefined;
  const { bundles, work } = own;
  return { name, paths: { ...shared, folder, bundles, work }, leave: () => lock.release() };
}

/**
 * A worker reads secrets and keys by itself: in systems that it shares with the servers, or in their data
 * folder. Rejects with CONFIGURATION_INVALID, and says of all that is missing what to configure.
 */
export function demandShared({ dataFolder, vault, consul, amqp, worker }: Config): void {
  const { secretKey, keyvalue } = dataPaths(dataFolder);
  const isWithServer = existsSync(secretKey);
  const lines = [
    ...(amqp.url === null ? ['amqp.url: orders come over RabbitMQ, and no broker is named.'] : []),
    ...(worker.servers.length === 0 ? ['worker.servers: no server is named (--server URL).'] : []),
    ...(vault.url === null && !isWithServer
      ? [
          `vault.url: secrets are in no Vault, and ${dataFolder} is no server's data folder (--data).`,
        ]
      : []),
    ...(consul.url === null && !existsSync(keyvalue)
      ? [
          `consul.url: keys are in no Consul, and ${dataFolder} is no server's data folder (--data).`,
        ]
      : []),
  ];
  if (lines.length === 0) return;
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message: 'A worker needs what the servers have that it works for.',
    detail: lines.join('\n'),
    remedy: 'Configure what is named below, the same as of the servers.',
  });
}
