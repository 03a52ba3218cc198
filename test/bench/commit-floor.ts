import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { rate } from './figure.ts';

const SCHEMA = {
  applicationId: 0x62_65_6e_63,
  migrations: ['CREATE TABLE steps (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID'],
};

/** Chains beside each other, each step of one after the step before it. */
export interface StepShape {
  chains: number;
  length: number;
}

/**
 * What the machine's disk allows: each step is two durable writes, that it began and that it ended,
 * and all writes of one turn of the event loop share a commit. No engine, no events, no plan; the
 * database is opened as the store opens its own (WAL, `synchronous=FULL`). In steps per second.
 */
export async function commitFloor({ chains, length }: StepShape): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-floor-'));
  const { database, statement } = openSqlite({ path: join(folder, 'floor.db'), schema: SCHEMA });
  const write = statement('INSERT OR REPLACE INTO steps VALUES (?, ?)');
  let waiting: (() => void)[] = [];

  const commit = () => {
    const turn = waiting;
    waiting = [];
    database.exec('COMMIT');
    for (const resolve of turn) resolve();
  };
  const put = (key: string, value: string) =>
    new Promise<void>((resolve) => {
      if (waiting.length === 0) {
        database.exec('BEGIN IMMEDIATE');
        setImmediate(commit);
      }
      write.run(key, value);
      waiting.push(resolve);
    });
  const chain = async (run: number) => {
    for (let at = 0; at < length; at += 1) {
      await put(`${run}/${at}`, 'running');
      await put(`${run}/${at}`, 'succeeded');
    }
  };

  try {
    return await rate(chains * length, () =>
      Promise.all(Array.from({ length: chains }, (_, run) => chain(run))),
    );
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
