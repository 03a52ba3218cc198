import { onTestFinished } from 'vitest';
import { type Breaker, createBreaker } from '../../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import {
  type ArangoStoreOptions,
  openArangoReader,
  openArangoStore,
} from '../../../src/store/arango/arango-store.ts';
import { type Place, probeArango } from '../../../src/store/arango/connections.ts';
import type { Store } from '../../../src/store/store.ts';
import { type ArangoDouble, startArangoDouble } from './double.ts';
import { DATABASE, opened } from './exchanges.ts';

const SETTINGS = { failuresMin: 3, windowMs: 10_000, callTimeoutMs: 5_000, probeEveryMs: 60_000 };

export const USER = { username: 'biotope', password: 'open sesame' };

export type OpenedStore = Store & { breaker: Breaker };

/** Rejects as `openArangoStore`. */
export async function openOver(place: Place): Promise<OpenedStore> {
  return (await openBy(openArangoStore, place)) as OpenedStore;
}

/** For reading alone. */
export function openReaderOver(place: Place): Promise<OpenedStore | undefined> {
  return openBy(openArangoReader, place);
}

async function openBy(
  open: (options: ArangoStoreOptions) => Promise<Store | undefined>,
  place: Place,
): Promise<OpenedStore | undefined> {
  const breaker = createBreaker({
    system: 'arango',
    title: 'ArangoDB',
    settings: SETTINGS,
    clock: systemClock,
    log: silentLogger,
    probe: () => probeArango(place),
  });
  const { callTimeoutMs } = SETTINGS;
  const terms = { ...place, breaker, clock: systemClock, log: silentLogger, callTimeoutMs };
  const store = await open(terms).catch((error) => {
    breaker.close();
    throw error;
  });
  if (store === undefined) {
    breaker.close();
    return undefined;
  }
  return { ...store, breaker, close: () => store.close().finally(breaker.close) };
}

/** A double of a server, and what tells a test where it is. Both end with the test. */
export async function doubleOfTest(): Promise<{ double: ArangoDouble; place: Place }> {
  const double = await startArangoDouble();
  onTestFinished(async () => {
    await double.close();
    double.done();
  });
  const place = { url: double.url, database: DATABASE, ...USER, answerTimeoutMs: 300 };
  return { double, place };
}

/** A store that is opened over a double. */
export async function storeOfTest(): Promise<{ double: ArangoDouble; store: OpenedStore }> {
  const { double, place } = await doubleOfTest();
  double.play(...opened());
  const store = await openOver(place);
  onTestFinished(() => store.close());
  return { double, store };
}
