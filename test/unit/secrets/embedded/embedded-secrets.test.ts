import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function setUp() {
  const folder = temporaryFolder();
  const path = join(folder, 'secrets.db');
  const keyFile = join(folder, 'keys', 'secrets.key');
  const open = () => {
    const secrets = createEmbeddedSecrets({ path, keyFile });
    onTestFinished(() => secrets.close());
    return secrets;
  };
  return { folder, path, keyFile, open };
}

function edit(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('the key file', () => {
  it('is made once, with 32 bytes for its owner alone, and leaves no draft behind', async () => {
    const { keyFile, folder, open } = setUp();
    await open().close();
    const key = readFileSync(keyFile);
    expect(key).toHaveLength(32);
    expect((statSync(keyFile).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(folder, 'keys')).mode & 0o777).toString(8)).toBe('700');
    expect(readdirSync(join(folder, 'keys'))).toEqual(['secrets.key']);
    open();
    expect(readFileSync(keyFile)).toEqual(key);
  });

  it('is another one in each installation', () => {
    const [one, other] = [setUp(), setUp()];
    one.open();
    other.open();
    expect(readFileSync(one.keyFile)).not.toEqual(readFileSync(other.keyFile));
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o666])(
    'is refused with mode %o, with the way to mend it',
    async (mode) => {
      const { keyFile, open } = setUp();
      await open().close();
      chmodSync(keyFile, mode);
      expect(open).toThrow(failure('CONFIGURATION_INVALID', /chmod 600 '.*secrets\.key'/));
      chmodSync(keyFile, 0o400);
      expect(open).not.toThrow();
    },
  );

  it('is missed, never replaced, where a database was sealed with it', async () => {
    const { keyFile, open } = setUp();
    const secrets = open();
    await secrets.write('shop/db', { password: 'a' }, null);
    await secrets.close();
    renameSync(keyFile, `${keyFile}.away`);
    expect(open).toThrow(failure('SECRET_UNREADABLE', /secrets\.key is missing/));
    expect(readdirSync(join(keyFile, '..'))).toEqual(['secrets.key.away']);
    renameSync(`${keyFile}.away`, keyFile);
    expect(await open().read('shop/db')).toMatchObject({ fields: { password: 'a' } });
  });

  it('is missed even where nothing was written yet: states elsewhere may be sealed with it', async () => {
    const { keyFile, open } = setUp();
    await open().close();
    rmSync(keyFile);
    expect(open).toThrow(failure('SECRET_UNREADABLE', /is missing/));
  });

  it('is refused where it is another one than the database was sealed with', async () => {
    const { keyFile, open } = setUp();
    await open().close();
    writeFileSync(keyFile, Buffer.alloc(32, 7));
    expect(open).toThrow(failure('SECRET_UNREADABLE', /Restore the right key file/));
  });

  it('is refused where it holds no key', () => {
    const { keyFile, open } = setUp();
    open();
    writeFileSync(keyFile, 'short');
    expect(open).toThrow(failure('CONFIGURATION_INVALID', /5 bytes instead of 32/));
  });

  it('is used for a new database where it is there already', () => {
    const { path, keyFile, open } = setUp();
    open();
    const key = readFileSync(keyFile);
    const other = createEmbeddedSecrets({ path: `${path}.other`, keyFile });
    onTestFinished(() => other.close());
    expect(readFileSync(keyFile)).toEqual(key);
  });
});

describe('the embedded secrets', () => {
  it('leave nothing readable in any file', async () => {
    const { folder, open } = setUp();
    const secrets = open();
    await secrets.write('shop/db', { password: 'SECRET-CANARY-VALUE' }, null);
    await secrets.write('shop/db', { 'SECRET-CANARY-FIELD': 'x' }, null);
    for (const name of readdirSync(folder).filter((each) => each.startsWith('secrets.db'))) {
      expect(readFileSync(join(folder, name)).includes('CANARY'), name).toBe(false);
      expect((statSync(join(folder, name)).mode & 0o777).toString(8), name).toBe('600');
    }
  });

  it.each([
    { what: 'another path', sql: `UPDATE versions SET path = 'bank/db'`, path: 'bank/db' },
    { what: 'another version', sql: 'UPDATE versions SET version = 2', path: 'shop/db' },
  ])('refuse a value that was moved to $what', async ({ sql, path }) => {
    const files = setUp();
    const secrets = files.open();
    await secrets.write('shop/db', { password: 'SECRET-CANARY' }, null);
    await secrets.close();
    edit(files.path, sql);
    await expect(files.open().read(path)).rejects.toEqual(
      failure('SECRET_UNREADABLE', /^(?!.*CANARY)/),
    );
  });

  it('never take a sealed text for a secret, nor a secret for a sealed text', async () => {
    const files = setUp();
    const secrets = files.open();
    await secrets.write('shop/db', { password: 'SECRET-CANARY' }, null);
    const sealed = await secrets.seal(Buffer.from('{"password":"forged"}'), 'shop/db');
    await secrets.close();
    edit(files.path, `UPDATE versions SET sealed = '${sealed}'`);
    const reopened = files.open();
    await expect(reopened.read('shop/db')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('count on after a removal, so that an old reference never finds a new secret', async () => {
    const { open } = setUp();
    const secrets = open();
    await secrets.write('shop/db', { password: 'a' }, null);
    await secrets.remove('shop/db');
    expect(await secrets.write('shop/db', { password: 'b' }, 0)).toBe(2);
    expect(await secrets.read('shop/db', 1)).toBeUndefined();
  });

  it('say which key a text was sealed with that belongs to another installation', async () => {
    const [one, other] = [setUp().open(), setUp().open()];
    const sealed = await one.seal(new Uint8Array([1]), 'context');
    await expect(other.open(sealed, 'context')).rejects.toEqual(
      failure(
        'SECRET_UNREADABLE',
        /was sealed with the key [0-9a-f]{16}, this one is [0-9a-f]{16}/,
      ),
    );
  });

  it('say that they do not know a later format', async () => {
    const secrets = setUp().open();
    const sealed = await secrets.seal(new Uint8Array([1]), 'context');
    await expect(secrets.open(sealed.replace('biotope1', 'biotope2'), 'context')).rejects.toEqual(
      failure('SECRET_UNREADABLE', /format biotope2/),
    );
  });

  it('serve several processes that write the same path', async () => {
    const { open } = setUp();
    const [one, other] = [open(), open()];
    expect(await one.write('a', { x: '1' }, 0)).toBe(1);
    expect(await other.write('a', { x: '2' }, 1)).toBe(2);
    await expect(one.write('a', { x: '3' }, 1)).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
  });
});
