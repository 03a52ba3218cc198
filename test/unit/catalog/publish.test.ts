import { describe, expect, it, onTestFinished } from 'vitest';
import { createPublisher } from '../../../src/catalog/publish.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { check, folderOf, templateText } from './folders.ts';

const COMMIT = 'a'.repeat(40);
const SOURCE = { url: 'https://example.org/shop.git', path: 'templates/small', ref: 'v1' };

function openStore(): Store {
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  return store;
}

async function publishText(store: Store, text: string, shippedNames: string[] = []) {
  const folder = await folderOf({ 'template.yaml': text });
  const publish = createPublisher({ store, clock: systemClock, shippedNames });
  const origin = { label: folder, source: SOURCE, commitOf: async () => COMMIT };
  return publish(await check(folder), origin);
}

describe('publishing', () => {
  it('commits the record, the bundle and the event together', async () => {
    const store = openStore();
    const { record, isNew } = await publishText(store, templateText());
    expect(isNew).toBe(true);
    expect(record).toMatchObject({
      name: 'small',
      commit: COMMIT,
      source: SOURCE,
      reference: { version: '1.0.0' },
    });
    expect((await store.get('templates', 'small@1.0.0'))?.value).toEqual(record);
    const bundle = await store.get('bundles', record.reference.digest);
    expect(bundle?.value.files.map(({ path }) => path)).toEqual(['template.yaml']);
    const events = await store.events({ limit: 10 });
    expect(events.map(({ event }) => [event.scope, event.number, event.type, event.data])).toEqual([
      [
        '@templates',
        1,
        'template.published',
        { ...record.reference, commit: COMMIT, source: SOURCE },
      ],
    ]);
  });

  it('of the same content again changes nothing and is no failure', async () => {
    const store = openStore();
    const first = await publishText(store, templateText());
    const again = await publishText(store, templateText());
    expect(again).toEqual({ record: first.record, isNew: false });
    expect(await store.events({ limit: 10 })).toHaveLength(1);
  });

  it('of other content under the same version is refused, and says what to do', async () => {
    const store = openStore();
    const { record } = await publishText(store, templateText());
    await expect(publishText(store, `${templateText()}tags: []\n`)).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
    });
    await expect(publishText(store, `${templateText()}# other\n`)).rejects.toMatchObject({
      code: 'TEMPLATE_EXISTS',
      message: expect.stringContaining('raise metadata.version'),
    });
    expect((await store.get('templates', 'small@1.0.0'))?.value).toEqual(record);
  });

  it('of other content under the name of a template that ships says so as well', async () => {
    const store = openStore();
    await publishText(store, templateText());
    await expect(publishText(store, `${templateText()}# other\n`, ['small'])).rejects.toMatchObject(
      {
        code: 'TEMPLATE_EXISTS',
        message: expect.stringMatching(/raise metadata.version.*small ships with Biotope/),
      },
    );
  });

  it('by two at once ends in one version, and only the one with other content is told so', async () => {
    const store = openStore();
    const same = await Promise.all([1, 2, 3].map(() => publishText(store, templateText())));
    expect(same.filter(({ isNew }) => isNew)).toHaveLength(1);
    const other = await Promise.allSettled([
      publishText(store, templateText('2.0.0')),
      publishText(store, `${templateText('2.0.0')}# other\n`),
    ]);
    expect(other.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store.find('templates')).toHaveLength(2);
  });

  it('of a template with problems shows all of them', async () => {
    const text = templateText('1.0.0', 'entrypoint: []\noutputs: { a: "${params.b}" }\n');
    await expect(publishText(openStore(), text)).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: expect.stringContaining('has 2 problems.'),
      detail: expect.stringContaining('8 | entrypoint: []'),
      facts: {
        problems: [
          { line: 8, column: 1 },
          { line: 9, column: 18 },
        ],
      },
    });
  });
});
