import { onTestFinished } from 'vitest';
import { systemIds } from '../../../src/platform/ids.ts';
import { removeTopology } from '../../support/amqp.ts';
import { createPlace, eventually, type Place, type Running } from './place.ts';
import { type ServerProcess, startServer } from './server.ts';

/**
 * A folder whose servers leave their steps to workers, over a broker. Names at the broker are its own,
 * and gone after the test.
 */
export function createBrokerPlace(url: string, more: Record<string, string> = {}): Place {
  const prefix = `test-${systemIds()}`;
  const place = createPlace({
    BIOTOPE_AMQP_URL: url,
    BIOTOPE_AMQP_PREFIX: prefix,
    BIOTOPE_SERVER_TAKES_ORDERS: 'false',
    BIOTOPE_LOG_LEVEL: 'info',
    ...more,
  });
  onTestFinished(async () => {
    await place.leave();
    await removeTopology(url, prefix);
  });
  return place;
}

export interface WorkerOptions {
  servers: readonly ServerProcess[];
  pool?: string;
  name?: string;
}

/** `biotope worker` over the data folder of a place, once it takes orders. */
export async function startWorker(
  place: Place,
  { servers, pool = 'default', name }: WorkerOptions,
): Promise<Running> {
  const named = name === undefined ? [] : ['--name', name];
  const addresses = servers.flatMap(({ url }) => ['--server', url]);
  const where = ['--data', place.dataFolder];
  const worker = place.start('worker', '--pool', pool, ...addresses, ...named, ...where);
  await worker.says('Ctrl-C ends it');
  return worker;
}

/** A server anew where another one was. */
export function restartServer(place: Place, { url }: ServerProcess): Promise<ServerProcess> {
  return startServer(place, { listen: new URL(url).host });
}

export async function ask(url: string, path: string) {
  const response = await fetch(`${url}${path}`);
  return JSON.parse(await response.text());
}

/** Has an environment `demo` made from a template; returns the address of the run. */
export async function begin({ url }: ServerProcess, template: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'environment.create', data: { name: 'demo', template } }),
  });
  return JSON.parse(await response.text()).run.href;
}

/** The run's document once it has ended. */
export async function ended({ url }: ServerProcess, run: string) {
  let document = await ask(url, run);
  await eventually(async () => {
    document = await ask(url, run);
    return document.finishedAt !== null;
  });
  return document;
}
