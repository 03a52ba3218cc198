import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import { createLazySecrets } from '../../../src/secrets/lazy-secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function openSecrets() {
  const files = { path: join(folder, 'secrets.db'), keyFile: join(folder, 'secret.key') };
  const open = async () => createEmbeddedSecrets(files);
  return createLazySecrets({ areThere: () => existsSync(files.path), open });
}

it('reading where there are none finds nothing and makes nothing', async () => {
  const secrets = openSecrets();
  expect(await secrets.read('shop/db')).toBeUndefined();
  expect(await secrets.list('')).toEqual([]);
  await secrets.remove('shop/db');
  await secrets.close();
  expect(readdirSync(folder)).toEqual([]);
});

it('what is written and sealed is there for the next one', async () => {
  const secrets = openSecrets();
  await secrets.write('shop/db', { password: 'canary' }, 0);
  const sealed = await secrets.seal(Buffer.from('state'), 'shop');
  await secrets.close();
  const next = openSecrets();
  expect((await next.read('shop/db'))?.fields).toEqual({ password: 'canary' });
  expect(Buffer.from(await next.open(sealed, 'shop')).toString()).toBe('state');
  await next.close();
});
