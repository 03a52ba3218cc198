import { BiotopeError } from '../../../src/model/errors.ts';
import { sleep } from '../../../src/platform/clock.ts';
import type { Committed, Store, Transaction } from '../../../src/store/store.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Records } from '../model/records.ts';
import type { Chance } from './chance.ts';
import type { Outages } from './outages.ts';
import type { Process } from './process.ts';
import type { Weather } from './weather.ts';

interface Surroundings {
  weather: Weather;
  chance: Chance;
  chronicle: Chronicle;
  records: Records;
  outages: Outages;
  /** Every commit is told to this process soon; otherwise news may be lost or come late. */
  isWatchReliable: boolean;
}

const SLOW_MS = 40;
const VERY_SLOW_MS = 3_000;

/** The way of one process to the store: it is slow at times, breaks, and the process dies on it. */
export function createStoreLine(process: Process, store: Store, around: Surroundings): Store {
  const { weather, chance, chronicle, records, outages } = around;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    return process.through(async () => {
      await dally();
      if (outages.isStoreAway || chance.in100(weather.storeFails)) throw unavailable();
      return work();
    });
  }

  async function dally(): Promise<void> {
    if (!chance.in100(weather.storeSlow)) return;
    await sleep(process.clock, chance.below(chance.in100(3) ? VERY_SLOW_MS : SLOW_MS));
  }

  const note = (what: () => string) => chronicle.note(process.name, what);

  function die(when: 'before' | 'after', { kind, describe }: Deed): Promise<never> {
    note(() => `dies ${when} ${describe()}`);
    chronicle.mark(`dies ${when} ${kind}`);
    process.kill();
    return new Promise(() => {});
  }

  /** The process may die on either side of what it makes durable, or never hear that it is. */
  async function boundary<T>(deed: Deed, work: () => Promise<T>): Promise<T> {
    if (chance.in100(weather.crashBefore * deed.weight)) return die('before', deed);
    const done = await work();
    chronicle.mark(`does ${deed.kind}`);
    if (chance.in100(weather.crashAfter * deed.weight)) return die('after', deed);
    if (chance.in100(weather.storeUnclear * deed.weight)) throw unavailable();
    return done;
  }

  async function commit(transaction: Transaction): Promise<Committed> {
    records.sign(transaction, process.name);
    try {
      const committed = await store.commit(transaction);
      note(() => `commits ${describe(transaction)} as ${committed.number}`);
      return committed;
    } catch (error) {
      note(() => `is refused ${describe(transaction)}`);
      throw error;
    }
  }

  return {
    commit: (transaction) => call(() => boundary(deedOf(transaction), () => commit(transaction))),
    get: (collection, key) => call(() => store.get(collection, key)),
    find: (collection, query) => call(() => store.find(collection, query)),
    events: (query) => call(() => store.events(query)),
    publishedThrough: () => call(() => store.publishedThrough()),
    markPublished: (throughSequence) =>
      call(() => boundary(MARKING, () => store.markPublished(throughSequence))),
    changes: (query) => call(() => store.changes(query)),
    appendLog: (chunk) => call(() => store.appendLog(chunk)),
    readLog: (query) => call(() => store.readLog(query)),
    closure: (query) => call(() => store.closure(query)),
    search: (query) => call(() => store.search(query)),
    watch: (listener) =>
      store.watch((transaction, committed) => {
        const hear = () => {
          if (process.isRunning) listener(transaction, committed);
        };
        if (around.isWatchReliable) return process.isRunning ? hear() : process.clock.soon(hear);
        if (chance.in100(weather.watchLost)) return;
        process.clock.soon(hear);
      }),
    close: async () => {},
  };
}

function unavailable(): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', { message: 'The store does not answer.' });
}

/** What a process makes durable. Marks count by kind. */
interface Deed {
  kind: string;
  /** There are as many markings as commits, and far less to go wrong. */
  weight: number;
  describe(): string;
}

const MARKING: Deed = {
  kind: 'marking',
  weight: 0.1,
  describe: () => 'what was published is marked',
};

function deedOf(transaction: Transaction): Deed {
  const { events, writes } = transaction;
  const kind = events[0]?.type ?? `a write of ${writes[0]?.collection ?? 'nothing'}`;
  return { kind, weight: 1, describe: () => describe(transaction) };
}

/** The transaction by its events, or by what it writes where it has none. */
function describe({ scope, events, writes }: Transaction): string {
  const told = events.map(({ type, address }) => (address === null ? type : `${type} ${address}`));
  const written = writes.map(({ collection, key }) => `${collection} ${key}`);
  return `[${scope}: ${(told.length > 0 ? told : written).join(', ')}]`;
}
