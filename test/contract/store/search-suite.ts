import { describe, expect, it } from 'vitest';
import type { Write } from '../../../src/store/store.ts';
import { environment, resource, template, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** An adapter may index after the commit, within the time that the port gives it. */
const FOUND_WITHIN = { timeout: 2_000, interval: 20 };

export function searchSuite(test: StoreUnderTest): void {
  const put = (...writes: Write[]) => test.store.commit(transaction({ writes }));
  const putEnvironment = (
    name: string,
    facts: { description?: string; tags?: string[] } = {},
  ): Write => ({
    kind: 'put',
    collection: 'environments',
    key: name,
    value: environment({ name, ...facts }),
  });
  const putResource = (
    id: string,
    facts: { description?: string; tags?: string[] } = {},
  ): Write => ({
    kind: 'put',
    collection: 'resources',
    key: `shop/${id}[0]`,
    value: resource({ id, ...facts }),
  });
  const found = async (text: string, limit = 10) => {
    const hits = await test.store.search({ text, limit });
    return hits.map(({ collection, key }) => `${collection} ${key}`);
  };
  const finds = (text: string) => expect.poll(async () => (await found(text)).sort(), FOUND_WITHIN);

  describe('search', () => {
    it('finds environments, resources and templates by name, description and tag', async () => {
      const value = template({
        name: 'kiosk',
        version: '1.0.0',
        description: 'Sells tea',
        tags: ['east'],
      });
      await put(
        putEnvironment('market', { description: 'Sells fish', tags: ['north'] }),
        putResource('harbour', { description: 'Where fish arrives', tags: ['east'] }),
        { kind: 'put', collection: 'templates', key: 'kiosk@1.0.0', value },
      );
      await finds('market').toEqual(['environments market']);
      await finds('harbour').toEqual(['resources shop/harbour[0]']);
      await finds('kiosk').toEqual(['templates kiosk@1.0.0']);
      await finds('fish').toEqual(['environments market', 'resources shop/harbour[0]']);
      await finds('east').toEqual(['resources shop/harbour[0]', 'templates kiosk@1.0.0']);
      await finds('sells').toEqual(['environments market', 'templates kiosk@1.0.0']);
    });

    it('looks only into the collections that are asked for', async () => {
      const value = template({ name: 'alpha', version: '1.0.0' });
      await put(putEnvironment('alpha'), putResource('alpha'), {
        kind: 'put',
        collection: 'templates',
        key: 'alpha@1.0.0',
        value,
      });
      await finds('alpha').toHaveLength(3);
      const collections = ['resources', 'templates'] as const;
      const hits = await test.store.search({ text: 'alpha', collections, limit: 10 });
      expect(hits.map(({ collection }) => collection)).toEqual([...collections]);
      expect(await test.store.search({ text: 'alpha', collections: [], limit: 10 })).toEqual([]);
    });

    it('asks for every word, wherever each of them stands', async () => {
      await put(
        putEnvironment('alpha', { description: 'the blue one', tags: ['prod'] }),
        putEnvironment('beta', { description: 'the blue one', tags: ['test'] }),
      );
      await finds('blue').toEqual(['environments alpha', 'environments beta']);
      await finds('prod blue').toEqual(['environments alpha']);
      await finds('one alpha the').toEqual(['environments alpha']);
      await finds('alpha test').toEqual([]);
    });

    it('takes the parts of a name for words, and heeds neither case nor accents', async () => {
      await put(putEnvironment('web-shop-2', { description: 'Für Zoë, in MÜNCHEN' }));
      await finds('shop').toEqual(['environments web-shop-2']);
      await finds('WEB-SHOP').toEqual(['environments web-shop-2']);
      await finds('zoe munchen').toEqual(['environments web-shop-2']);
      await finds('Zoë').toEqual(['environments web-shop-2']);
      await finds('hop').toEqual([]);
    });

    it('finds a word by how it begins, and a whole word before one that only begins like it', async () => {
      await put(
        putEnvironment('webshops', { description: 'payments' }),
        putEnvironment('web', { description: 'payments' }),
        putEnvironment('cobweb', { description: 'payments' }),
        putResource('pay', { description: 'in front of payments' }),
      );
      await finds('we pay').toEqual(['environments web', 'environments webshops']);
      await finds('payments w').toEqual(['environments web', 'environments webshops']);
      await expect
        .poll(() => found('web'), FOUND_WITHIN)
        .toEqual(['environments web', 'environments webshops']);
      await finds('webs payments shop').toEqual([]);
    });

    it('finds what others own by its shared name', async () => {
      const value = resource({ id: 'pay', external: 'settlement-api' });
      await put({ kind: 'put', collection: 'resources', key: 'shop/pay[0]', value });
      await finds('settlement').toEqual(['resources shop/pay[0]']);
    });

    it('puts a hit in a name before one in a description', async () => {
      await put(
        putEnvironment('alpha', { description: 'stands in front of the payments' }),
        putEnvironment('payments', { description: 'stands behind alpha' }),
        ...['p', 'q', 'r', 's'].map((name) => putEnvironment(name, { description: 'nothing' })),
      );
      await expect
        .poll(() => found('payments'), FOUND_WITHIN)
        .toEqual(['environments payments', 'environments alpha']);
      const [first, second] = await test.store.search({ text: 'payments', limit: 2 });
      expect(first?.score).toBeGreaterThan(second?.score ?? Number.POSITIVE_INFINITY);
      expect(await found('payments', 1)).toEqual(['environments payments']);
    });

    it('follows a record that changes', async () => {
      await put(putEnvironment('alpha', { description: 'old words', tags: ['kept'] }));
      await finds('old').toEqual(['environments alpha']);
      await put(putEnvironment('alpha', { description: 'new words', tags: ['kept'] }));
      await finds('old').toEqual([]);
      await finds('new kept').toEqual(['environments alpha']);
    });

    it('forgets a deleted record, and finds it when it is made again', async () => {
      await put(putResource('web', { description: 'serves pages' }));
      await finds('pages').toEqual(['resources shop/web[0]']);
      await put({ kind: 'delete', collection: 'resources', key: 'shop/web[0]' });
      await finds('pages').toEqual([]);
      await put(putResource('web', { description: 'serves pages again' }));
      await finds('pages').toEqual(['resources shop/web[0]']);
    });

    it.each(['', '   ', '"', '-', '* && (', '%'])(
      'finds nothing by %j, which holds no word',
      async (text) => {
        await put(putEnvironment('alpha', { description: 'a % of "all" - (and) *' }));
        expect(await found(text)).toEqual([]);
      },
    );

    it.each([
      'alpha OR',
      'NOT alpha',
      'name:alpha',
      'alph*',
      '"alpha',
      "alpha' --",
      'alpha AND NEAR(',
    ])('takes %j for words, never for a language', async (text) => {
      await put(putEnvironment('alpha'), putEnvironment('or-not-name-and-near'));
      await finds('alpha').toEqual(['environments alpha']);
      const isOneWord = /^("alpha|alpha' --|alph\*)$/.test(text);
      const expected = isOneWord ? ['environments alpha'] : [];
      expect(await found(text)).toEqual(expected);
    });

    it('survives a query of many words', async () => {
      await put(putEnvironment('alpha'));
      expect(await found('word '.repeat(10_000))).toEqual([]);
      const words = Array.from({ length: 2_000 }, (_, at) => `w${at}`).join(' ');
      expect(await found(words)).toEqual([]);
    });
  });
}
