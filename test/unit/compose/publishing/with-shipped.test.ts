import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkTemplateFolder } from '../../../../src/catalog/check.ts';
import { DEFINITIONS, SHIPPED_DEFINITIONS } from '../../../../src/compose/executors.ts';
import { checkSource, publishSource } from '../../../../src/compose/publishing/publish.ts';
import { SHIPPED_FOLDER, shippedNames } from '../../../../src/compose/publishing/shipped.ts';
import { withShipped } from '../../../../src/compose/publishing/with-shipped.ts';
import { openBiotope } from '../../../../src/compose/seat/biotope.ts';
import type { Biotope } from '../../../../src/compose/seat/contract.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import { findTemplate } from '../../../../src/engine/find-template.ts';
import { DEFAULT_LIMITS } from '../../../../src/model/limits.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let base: string;
let biotope: Biotope;
const never = new AbortController().signal;

beforeEach(() => {
  base = temporaryFolder();
  const config = configSchema.parse({ dataFolder: join(base, 'data') });
  biotope = openBiotope({ config, command: 'test', log: silentLogger, notify: () => {} });
});
afterEach(async () => {
  await biotope.close(AbortSignal.abort());
});

function templateFolder(name: string, version: string, resource: string): string {
  const folder = join(base, `${name}-${version}`);
  mkdirSync(folder);
  const text = `apiVersion: biotope/v1
kind: Template
metadata: { name: ${name}, version: ${version}, description: A test }
resources:
  - id: one
    ${resource}
`;
  writeFileSync(join(folder, 'template.yaml'), text);
  return folder;
}

const NOTE = 'executor: consul-kv\n    with: { prefix: x, entries: { a: b } }';

async function versionsOf(store: Store, name: string): Promise<string[]> {
  const found = await store.find('templates', { where: { name } });
  return found.map(({ value }) => value.reference.version);
}

it('those who only read see what ships as unpublished, and change nothing', async () => {
  const below = createSqliteStore({ path: ':memory:', clock: systemClock });
  const store = withShipped(below, DEFAULT_LIMITS);
  const { reference } = await findTemplate(store, 'hello@^1');
  expect((await store.get('templates', 'hello@1.0.0'))?.value.publishedAtMs).toBeNull();
  expect((await store.get('bundles', reference.digest))?.value.files).not.toEqual([]);
  expect(await store.search({ text: 'fleet', limit: 5 })).toMatchObject([{ key: 'fleet@1.0.0' }]);
  expect(await store.search({ text: 'fleet', collections: ['resources'], limit: 5 })).toEqual([]);
  expect(await below.find('templates')).toEqual([]);
  await store.close();
  await below.close();
});

it('what ships gives way to what was published by its name', async () => {
  const folder = templateFolder('hello', '2.0.0', NOTE);
  await biotope.drive();
  await publishSource(biotope, folder, { signal: never, upgrade: false, skipLock: false });
  const stored = createSqliteStore({
    path: biotope.paths.store,
    clock: systemClock,
    readOnly: true,
  });
  expect(await versionsOf(stored, 'hello')).toEqual(['1.0.0', '2.0.0']);
  expect(await versionsOf(biotope.storeWithShipped, 'hello')).toEqual(['1.0.0', '2.0.0']);
  await stored.close();
});

it('a template with problems is refused before anything is published or driven', async () => {
  const folder = templateFolder('broken', '1.0.0', 'executor: nothing-like-it');
  await expect(
    publishSource(biotope, folder, { signal: never, upgrade: false, skipLock: false }),
  ).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
  expect(biotope.seat).toBeUndefined();
});

it('looking at what is missing from a store takes no seat', async () => {
  await biotope.drive();
  await biotope.close(AbortSignal.abort());
  expect(await versionsOf(biotope.storeWithShipped, 'hello')).toEqual(['1.0.0']);
  expect(await biotope.store.find('templates')).toEqual([]);
  expect(biotope.seat).toBeUndefined();
});

it('a template may be checked that nests one that ships', async () => {
  const folder = templateFolder('outer', '1.0.0', 'template: hello@^1');
  expect((await checkSource(biotope, folder, never)).template?.nested).toHaveLength(1);
});

it('a store that cannot be read is told, not taken for one without the template', async () => {
  mkdirSync(biotope.paths.folder);
  writeFileSync(biotope.paths.store, 'this is no database, however long it may be'.repeat(100));
  const folder = templateFolder('outer', '1.0.0', 'template: hello@^1');
  await expect(checkSource(biotope, folder, never)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
});

it.each(shippedNames())('%s is recorded as if all of its modules was read', async (name) => {
  const checking = {
    folder: join(SHIPPED_FOLDER, name),
    limits: DEFAULT_LIMITS,
    findTemplate: (selector: string) => findTemplate(biotope.storeWithShipped, selector),
  };
  const whole = await checkTemplateFolder({ ...checking, definitions: DEFINITIONS });
  expect(whole.problems).toEqual([]);
  expect(await checkTemplateFolder({ ...checking, definitions: SHIPPED_DEFINITIONS })).toEqual(
    whole,
  );
});
