import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-keyvalue-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'data', 'keyvalue.db');
  const open = () => {
    const store = createEmbeddedKeyValue({ path });
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
