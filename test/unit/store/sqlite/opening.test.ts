import { chmodSync, copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import { STORE_SCHEMA } from '../../../../src/store/sqlite/schema.ts';
import { createSealing } from '../../../support/sealing.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore, put, writing } from './fixture.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

function edit(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function storeWithOneRecord(): Promise<string> {
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore({ path });
  await store.commit(writing(put('a')));
  await store.close();
  return path;
}

describe('opening the sqlite store', () => {
  it('makes a private folder with private files', async () => {
    const folder = join(temporaryFolder(), 'deep', 'data');
    const path = join(folder, 'store.db');
    const store = openStore({ path });
    await store.commit(writing(put('a')));
    expect(modeOf(folder)).toBe('700');
    expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(['600', '600', '600']);
  });

  it('closes a file to others that was open to them', async () => {
    const path = await storeWithOneRecord();
    chmodSync(path, 0o644);
    openStore({ path });
    expect(modeOf(path)).toBe('600');
  });

  it('refuses data of a newer version with STORE_TOO_NEW and leaves it alone', async () => {
    const path = await storeWithOneRecord();
    edit(path, 'PRAGMA user_version = 999');
    expect(() => openStore({ path })).toThrow(
      expect.objectContaining({
        code: 'STORE_TOO_NEW',
        message: expect.stringMatching(/version 999/),
      }),
    );
    edit(path, `PRAGMA user_version = ${STORE_SCHEMA.migrations.length}`);
    expect(await openStore({ path }).find('queues')).toHaveLength(1);
  });

  it('refuses a file that holds something else', async () => {
    const folder = temporaryFolder();
    const foreign = join(folder, 'foreign.db');
    edit(foreign, 'CREATE TABLE somebody (elses TEXT)');
    const keyValues = join(folder, 'keyvalue.db');
    await createEmbeddedKeyValue({ path: keyValues, sealing: createSealing() }).close();
    for (const path of [foreign, keyValues]) {
      expect(() => openStore({ path })).toThrow(
        expect.objectContaining({
          code: 'CONFIGURATION_INVALID',
          message: expect.stringContaining(path),
        }),
      );
    }
  });

  it.each([
    { what: 'no database', prepare: (path: string) => writeFileSync(path, 'x'.repeat(10_000)) },
    { what: 'a folder', prepare: (path: string) => mkdirSync(path) },
  ])('says STORE_UNAVAILABLE where the path is $what', ({ prepare }) => {
    const path = join(temporaryFolder(), 'store.db');
    prepare(path);
    expect(() => openStore({ path })).toThrow(
      expect.objectContaining({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining(path),
      }),
    );
  });

  it('says what to do where the data is damaged', async () => {
    const path = await storeWithOneRecord();
    writeFileSync(path, Buffer.alloc(100, 7), { flag: 'r+' });
    expect(() => openStore({ path })).toThrow(/Restore it from a backup/);
  });
});

describe('opening the sqlite store for reading only', () => {
  it('reads what another process commits meanwhile', async () => {
    const path = await storeWithOneRecord();
    const driver = openStore({ path });
    const reader = openStore({ path, readOnly: true });
    expect(await reader.find('queues')).toHaveLength(1);
    await driver.commit(writing(put('b')));
    expect(await reader.find('queues')).toHaveLength(2);
  });

  it('reads where no process drives the data, and leaves it as it was', async () => {
    const path = await storeWithOneRecord();
    const reader = openStore({ path, readOnly: true });
    expect(await reader.find('queues')).toHaveLength(1);
    await reader.close();
    expect(await openStore({ path }).commit(writing(put('b')))).toMatchObject({ number: 2 });
  });

  it('reads the last commits of a process that died', async () => {
    const path = await storeWithOneRecord();
    const driver = openStore({ path });
    await driver.commit(writing(put('b')));
    // As after kill -9: the write-ahead log is there, and nobody has it open.
    const copy = join(temporaryFolder(), 'store.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    expect(await openStore({ path: copy, readOnly: true }).find('queues')).toHaveLength(2);
  });

  it('refuses to write', async () => {
    const path = await storeWithOneRecord();
    const reader = openStore({ path, readOnly: true });
    const refused = { code: 'STORE_UNAVAILABLE', message: expect.stringMatching(/reading only/) };
    await expect(reader.commit(writing(put('b')))).rejects.toMatchObject(refused);
    await expect(reader.markPublished(1)).rejects.toMatchObject(refused);
    const chunk = { runId: 'r', address: 'a[0]', claimNumber: 1, offset: 0, text: 'line' };
    await expect(reader.appendLog(chunk)).rejects.toMatchObject(refused);
  });

  it('makes nothing where there is nothing', () => {
    const path = join(temporaryFolder(), 'none', 'store.db');
    expect(() => openStore({ path, readOnly: true })).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
    );
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });

  it('refuses data that was not migrated yet', async () => {
    const path = await storeWithOneRecord();
    edit(path, 'PRAGMA user_version = 0');
    expect(() => openStore({ path, readOnly: true })).toThrow(/older version/);
  });
});
