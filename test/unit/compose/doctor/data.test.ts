import { chmod, copyFile, open, readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchangeKey, openPatientFolder, type PatientFolder } from './patient.ts';

let patient: PatientFolder;
beforeEach(async () => {
  patient = openPatientFolder();
  await patient.furnish();
});
afterEach(() => patient.remove());

describe('a store', () => {
  it('that is no database fails, and the other checks are made all the same', async () => {
    await writeFile(patient.paths.store, 'this is no database, however long it may be'.repeat(100));
    const results = await patient.examine();
    const failed = results.filter(({ status }) => status === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['store']);
    expect(failed[0]?.found).toContain('damaged');
    expect(failed[0]?.remedy).toBe('Restore it from a backup.');
    expect(results).toContainEqual(expect.objectContaining({ name: 'key', status: 'ok' }));
  });

  it('with a damaged page fails, though it opens', async () => {
    const { store } = patient.paths;
    const size = (await readFile(store)).length;
    const handle = await open(store, 'r+');
    // Every page but the first ones, which tell what the file is.
    for (let at = 4096 * 4; at < size; at += 4096) {
      await handle.write(Buffer.alloc(64, 0xa5), 0, 64, at);
    }
    await handle.close();
    const { status, found } = await patient.check('store');
    expect(status).toBe('failed');
    expect(found).toContain('damaged');
  });

  it('that a newer program wrote fails with its version', async () => {
    const database = new DatabaseSync(patient.paths.store);
    database.exec('PRAGMA user_version = 900');
    database.close();
    const { status, found, remedy } = await patient.check('store');
    expect(status).toBe('failed');
    expect(found).toContain('version 900');
    expect(remedy).toBe('Use the newer program that wrote it.');
  });

  it('is left byte for byte as it was', async () => {
    const before = await readFile(patient.paths.store);
    await patient.examine();
    expect(await readFile(patient.paths.store)).toEqual(before);
  });
});

describe('the key', () => {
  it('that others may read fails', async () => {
    await chmod(patient.paths.secretKey, 0o644);
    expect(await patient.check('key')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('mode 0644'),
      remedy: expect.stringContaining(`chmod 600 ${patient.paths.secretKey}`),
    });
  });

  it('that is missing fails where something was sealed, and is not made anew', async () => {
    await rm(patient.paths.secretKey);
    const { status, found } = await patient.check('key');
    expect(status).toBe('failed');
    expect(found).toContain("the secrets and Terraform's states cannot be read");
    await expect(readFile(patient.paths.secretKey)).rejects.toThrow('ENOENT');
  });

  it('that is another one is told with both names', async () => {
    const { found: before } = await patient.check('key');
    const own = /key ([0-9a-f]{16})/.exec(before)?.[1] ?? 'none';
    exchangeKey(patient.paths);
    const { status, found, remedy } = await patient.check('key');
    expect(status).toBe('failed');
    expect(found).toContain(`the secrets were sealed with ${own}`);
    expect(remedy).toContain('from a backup');
  });

  it('is held against Terraform’s states as well, where the secrets are new', async () => {
    const { secrets, secretKey, store } = patient.paths;
    await copyFile(store, `${store}.kept`);
    await Promise.all([rm(secrets), rm(secretKey)]);
    await patient.furnish();
    await rm(store);
    await copyFile(`${store}.kept`, store);
    const { status, found } = await patient.check('key');
    expect(status).toBe('failed');
    expect(found).toContain("Terraform's states were sealed with");
  });

  it('that is no key fails', async () => {
    await writeFile(patient.paths.secretKey, 'short', { mode: 0o600 });
    const { status, found, remedy } = await patient.check('key');
    expect(status).toBe('failed');
    expect(found).toContain('it is no key');
    expect(remedy).toBe('Restore it from a backup.');
  });
});
