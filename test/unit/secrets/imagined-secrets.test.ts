import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import { imagineSecrets } from '../../../src/secrets/imagined-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let real: Secrets;
beforeEach(async () => {
  folder = temporaryFolder();
  real = createEmbeddedSecrets({ path: join(folder, 'secrets.db'), keyFile: join(folder, 'key') });
  await real.write('a/known', { password: 'one' }, null);
});
afterEach(async () => {
  await real.close();
});

test('what is written can be read, and is not written', async () => {
  const secrets = imagineSecrets(real);
  expect(await secrets.write('a/known', { password: 'two' }, null)).toBe(2);
  expect(await secrets.write('a/new', { password: 'three' }, null)).toBe(1);
  expect(await secrets.read('a/known')).toEqual({ version: 2, fields: { password: 'two' } });
  expect(await secrets.read('a/known', 2)).toMatchObject({ fields: { password: 'two' } });
  expect(await secrets.read('a/known', 1)).toMatchObject({ fields: { password: 'one' } });
  expect(await secrets.read('a/new')).toMatchObject({ fields: { password: 'three' } });
  expect(await real.read('a/known')).toMatchObject({ version: 1 });
  expect(await real.read('a/new')).toBeUndefined();
});

test('the same fields make no new version', async () => {
  const secrets = imagineSecrets(real);
  expect(await secrets.write('a/known', { password: 'one' }, null)).toBe(1);
  expect(await secrets.write('a/known', { password: 'two' }, null)).toBe(2);
  expect(await secrets.write('a/known', { password: 'two' }, null)).toBe(2);
  expect(await secrets.write('a/known', { password: 'one' }, null)).toBe(3);
});

test('nothing is removed', async () => {
  const secrets = imagineSecrets(real);
  await secrets.remove('a/known');
  expect(await secrets.read('a/known')).toMatchObject({ version: 1 });
  expect(await real.read('a/known')).toMatchObject({ version: 1 });
});
