import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Breaker, createBreaker } from '../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { probePostgres } from '../../src/store/postgres/connections.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { Store } from '../../src/store/store.ts';

/** A schema that nobody else uses, made by the first who opens a store over it. */
export interface PostgresData {
  url: string;
  schema: string;
  open(by?: { url: string }): Promise<Store & { breaker: Breaker }>;
  /** Of the schema alone. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

const SETTINGS = { failuresMin: 3, windowMs: 10_000, callTimeoutMs: 5_000, probeEveryMs: 100 };

export function postgresData(url: string): PostgresData {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;

  const query: PostgresData['query'] = async (text, values = []) => {
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  };

  return {
    url,
    schema,
    query,
    open: async (by = { url }) => {
      const breaker = createBreaker({
        system: 'postgres',
        title: 'PostgreSQL',
        settings: SETTINGS,
        clock: systemClock,
        log: silentLogger,
        probe: () => probePostgres({ url: by.url, schema }, 1_000),
      });
      const { callTimeoutMs } = SETTINGS;
      const terms = { ...by, schema, breaker, clock: systemClock, log: silentLogger };
      const store = await openPostgresStore({ ...terms, callTimeoutMs }).catch((error) => {
        breaker.close();
        throw error;
      });
      const close = () => store.close().finally(breaker.close);
      return { ...store, breaker, close };
    },
    remove: async () => {
      await query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    },
  };
}
