import { expect, it, onTestFinished } from 'vitest';
import type { TemplateRecord } from '../../../../../src/model/template.ts';
import { systemClock } from '../../../../../src/platform/clock.ts';
import { environmentsTakingIn, newerNested } from '../../../../../src/queries/nested-versions.ts';
import { createSqliteStore } from '../../../../../src/store/sqlite/sqlite-store.ts';
import { template, transaction } from '../../../../support/records.ts';
import { anEnvironment } from '../../samples.ts';

function published(name: string, version: string, takenIn?: string): TemplateRecord {
  const record = template({ name, version });
  if (takenIn === undefined) return record;
  const nested = { name: 'db', version: takenIn, digest: 'sha256:00' };
  const texts = { schema: {}, parameters: {}, outputs: [] };
  return {
    ...record,
    template: {
      ...record.template,
      nested: [{ prefix: 'db', parent: '', template: nested, ...texts }],
    },
  };
}

async function storeWith(...records: TemplateRecord[]) {
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const environment = anEnvironment({ template: published('shop', '1.0.0').reference });
  const writes = [
    { kind: 'put' as const, collection: 'environments' as const, key: 'demo', value: environment },
    ...records.map((value) => ({
      kind: 'put' as const,
      collection: 'templates' as const,
      key: `${value.name}@${value.reference.version}`,
      value,
    })),
  ];
  await store.commit(transaction({ writes }));
  return store;
}

const shop = published('shop', '1.0.0', '1.0.0');
const [db, newerDb] = [published('db', '1.0.0'), published('db', '1.1.0')];

it('environments are found whose template takes in an older version, and what is to be done', async () => {
  const store = await storeWith(shop, db, newerDb);
  const [found] = await environmentsTakingIn(store, newerDb.reference);
  expect(found).toMatchObject({
    environment: { name: 'demo' },
    nested: { version: '1.0.0' },
    newer: null,
  });
  expect(await environmentsTakingIn(store, db.reference)).toEqual([]);
});

it('a published version of theirs that takes in the newer one is found with them', async () => {
  const store = await storeWith(shop, published('shop', '1.1.0', '1.1.0'), db, newerDb);
  const [found] = await environmentsTakingIn(store, newerDb.reference);
  expect(found?.newer).toMatchObject({ name: 'shop', version: '1.1.0' });
});

it('what a template takes in is compared with what is published now', async () => {
  const store = await storeWith(shop, db, newerDb);
  const [found] = await newerNested(store, shop);
  expect(found).toMatchObject({ taken: { version: '1.0.0' }, newest: { version: '1.1.0' } });
  expect(await newerNested(store, published('shop', '1.1.0', '1.1.0'))).toEqual([]);
});
