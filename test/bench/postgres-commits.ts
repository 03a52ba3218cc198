import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createBreaker } from '../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { Store, Write } from '../../src/store/store.ts';
import { readRunning } from '../support/services/running.ts';
import { type Benchmark, compare, inTurns, rate, type Tools } from './figure.ts';
import { PeerMissingError } from './peers/peers.ts';

/** Who commits at once: as many steps as may be under way. */
const WRITERS = 160;
const COMMITS_EACH = 50;
const ALONE = 1_000;

/** What both write: a record of a step's size, and that something was done. */
const TEXT = 'x'.repeat(600);

function place(): { url: string; schema: string } {
  const url = process.env.POSTGRES_URL ?? readRunning()?.addresses.POSTGRES_URL;
  if (url === undefined) {
    throw new PeerMissingError('no PostgreSQL is named, and none runs: test/services up');
  }
  return { url, schema: `bench_${randomUUID().replaceAll('-', '')}` };
}

interface Arms {
  store: Store;
  /** What anybody does with the driver: one row and one event, and COMMIT. */
  raw(key: string): Promise<void>;
}

function committing(store: Store) {
  return async (key: string, acceptedCount: number): Promise<void> => {
    const value = { environment: TEXT, acceptedCount };
    const write: Write = { kind: 'put', collection: 'queues', key, value };
    const event = { type: 'run.queued' as const, runId: null, address: null, data: {} };
    await store.commit({ scope: key, expect: [], writes: [write], events: [event] });
  };
}

const many = (count: number, each: number, work: (key: string, at: number) => Promise<void>) =>
  rate(count * each, () =>
    Promise.all(
      Array.from({ length: count }, async (_, writer) => {
        for (let at = 0; at < each; at += 1) await work(`w${writer}`, at);
      }),
    ),
  );

async function withArms<T>(work: (arms: Arms) => Promise<T>): Promise<T> {
  const { url, schema } = place();
  const settings = { failuresMin: 3, windowMs: 1_000, callTimeoutMs: 5_000, probeEveryMs: 1_000 };
  const facts = { system: 'postgres', title: 'PostgreSQL', settings, clock: systemClock };
  const breaker = createBreaker({ ...facts, log: silentLogger, probe: async () => {} });
  const terms = { url, schema, clock: systemClock, log: silentLogger, breaker };
  const store = await openPostgresStore({ ...terms, callTimeoutMs: 5_000 });
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  await client.query('CREATE TABLE raw (key text, value text); CREATE TABLE told (value text)');
  const raw = async (key: string) => {
    await client.query('BEGIN');
    await client.query('INSERT INTO raw VALUES ($1, $2)', [key, TEXT]);
    await client.query('INSERT INTO told VALUES ($1)', [key]);
    await client.query('COMMIT');
  };
  try {
    return await work({ store, raw });
  } finally {
    await store.close();
    breaker.close();
    await client.query(`DROP SCHEMA "${schema}" CASCADE`);
    await client.end();
  }
}

async function run({ pairs, quick, say }: Tools) {
  const [writers, each, alone] = quick ? [8, 5, 20] : [WRITERS, COMMITS_EACH, ALONE];
  return withArms(async ({ store, raw }) => {
    const commit = committing(store);
    const { together, single, floor } = await inTurns(quick ? 1 : pairs, {
      together: () => many(writers, each, commit),
      single: () => many(1, alone, commit),
      floor: () => many(1, alone, raw),
    });
    for (const [at, value] of together.entries()) {
      const [one, least] = [single[at] ?? 0, floor[at] ?? 0];
      say(
        `${rounded(value)} commits/s of ${writers}, ${rounded(one)} alone, raw ${rounded(least)}`,
      );
    }
    return [compare(together, floor), compare(single, floor)];
  });
}

const rounded = (value: number) => Math.round(value);

/** With PostgreSQL behind it: transactions as the engine commits them, and the driver's own loop. */
export const postgresCommits: Benchmark = {
  name: 'postgres-commits',
  says: 'durable transactions of the store on PostgreSQL, beside BEGIN, two INSERTs and COMMIT by its driver',
  goals: [
    {
      name: `postgres-commits of ${WRITERS} at once`,
      unit: 'commits/s',
      comparedWith: 'one loop of the driver',
      target: 3,
      targetIs: 'at least',
    },
    {
      name: 'postgres-commits one after the other',
      unit: 'commits/s',
      comparedWith: 'one loop of the driver',
      target: 0.5,
      targetIs: 'at least',
    },
  ],
  run,
};
