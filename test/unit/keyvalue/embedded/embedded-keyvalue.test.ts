import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import { KEY_VALUE_SCHEMA } from '../../../../src/keyvalue/embedded/schema.ts';
import { createSealing } from '../../../support/sealing.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function setUp() {
  const folder = temporaryFolder();
  const path = join(folder, 'data', 'keyvalue.db');
  const sealing = createSealing();
  const open = () => {
    const store = createEmbeddedKeyValue({ path, sealing });
    onTestFinished(() => store.close());
    return store;
  };
  return { path, open };
}

describe('the embedded key-value store', () => {
  it('keeps its file private', () => {
    const { path, open } = setUp();
    open();
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  it('keeps no value in the clear, not even one that is gone, and binds each to its key', async () => {
    const { path, open } = setUp();
    const store = open();
    for (const key of ['a', 'b']) {
      await store.apply([{ kind: 'set', key, value: `canary-${key}-91xq`, revision: 0 }]);
    }
    const stored = await store.get('a');
    await store.apply([{ kind: 'delete', key: 'a', revision: stored?.revision ?? 0 }]);
    const files = () => readdirSync(dirname(path)).map((name) => join(dirname(path), name));
    expect(files().length).toBeGreaterThan(1);
    for (const file of files()) expect(readFileSync(file, 'latin1'), file).not.toContain('canary');
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("UPDATE entries SET key = 'c' WHERE key = 'b'");
    await expect(store.get('c')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    await expect(store.list('')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('wipes what an older version kept in the clear', async () => {
    const { path, open } = setUp();
    mkdirSync(dirname(path), { recursive: true });
    const older = new DatabaseSync(path);
    older.exec(KEY_VALUE_SCHEMA.migrations[0] ?? '');
    older.exec("INSERT INTO entries VALUES ('a', 'canary-a-91xq', 1)");
    older.exec(
      `PRAGMA application_id = ${KEY_VALUE_SCHEMA.applicationId}; PRAGMA user_version = 1`,
    );
    older.close();
    expect(readFileSync(path, 'latin1')).toContain('canary');
    const store = open();
    expect(await store.list('')).toEqual([]);
    await store.close();
    expect(readFileSync(path, 'latin1')).not.toContain('canary');
  });

  it('serves several processes that change the same keys', async () => {
    const { open } = setUp();
    const [one, other] = [open(), open()];
    await one.apply([{ kind: 'set', key: 'a', value: '1', revision: 0 }]);
    const seen = await other.get('a');
    await other.apply([{ kind: 'set', key: 'a', value: '2', revision: seen?.revision ?? 0 }]);
    const late = { kind: 'set', key: 'a', value: '3', revision: seen?.revision ?? 0 } as const;
    await expect(one.apply([late])).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
  });

  it('says STORE_UNAVAILABLE while another process writes for too long, and when it is closed', async () => {
    const { path, open } = setUp();
    const store = open();
    const unavailable = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining(path) };
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const change = { kind: 'set', key: 'a', value: '1', revision: 0 } as const;
    await expect(store.apply([change])).rejects.toMatchObject(unavailable);
    other.exec('ROLLBACK');
    await store.apply([change]);
    await store.close();
    await expect(store.get('a')).rejects.toMatchObject(unavailable);
    await expect(store.close()).resolves.toBeUndefined();
  });
});
