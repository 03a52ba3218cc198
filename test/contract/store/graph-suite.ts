import { describe, expect, it } from 'vitest';
import type { ClosureQuery, Write } from '../../../src/store/store.ts';
import { putGraph, resource, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** `db` for `shop/db[0]`: what these tests are about. */
const short = (key: string) => key.replace(/^shop\//, '').replace(/\[0\]$/, '');

export function graphSuite(test: StoreUnderTest): void {
  const walk = async (id: string, query: Partial<ClosureQuery>) => {
    const key = `shop/${id}[0]`;
    const found = await test.store.closure({
      key,
      direction: 'dependencies',
      limit: 1_000,
      ...query,
    });
    return {
      nodes: found.nodes.map((node) => `${short(node.key)} ${node.depth}`),
      edges: found.edges.map(({ from, to }) => `${short(from)}>${short(to)}`).sort(),
      truncated: found.truncated,
    };
  };
  const closure = async (id: string, direction: ClosureQuery['direction']) =>
    (await walk(id, { direction })).nodes;

  describe('closure', () => {
    it('follows edges in both directions, nearest first', async () => {
      await putGraph(test.store, { web: ['app'], app: ['db'], db: ['disk'], disk: [] });
      expect(await closure('web', 'dependencies')).toEqual(['app 1', 'db 2', 'disk 3']);
      expect(await closure('disk', 'dependents')).toEqual(['db 1', 'app 2', 'web 3']);
      expect(await closure('disk', 'dependencies')).toEqual([]);
      expect(await closure('nobody', 'dependents')).toEqual([]);
    });

    it('names a resource once, with its shortest distance, where several ways lead to it', async () => {
      await putGraph(test.store, {
        top: ['a', 'b', 'bottom'],
        a: ['middle'],
        b: ['middle'],
        middle: ['bottom'],
      });
      expect(await closure('top', 'dependencies')).toEqual(['a 1', 'b 1', 'bottom 1', 'middle 2']);
      expect(await closure('bottom', 'dependents')).toEqual(['middle 1', 'top 1', 'a 2', 'b 2']);
    });

    it('is quick over many diamonds, in which the number of ways doubles at each', async () => {
      const edges: Record<string, string[]> = {};
      for (let at = 0; at < 60; at += 1) {
        edges[`n${at}`] = [`l${at}`, `r${at}`];
        edges[`l${at}`] = [`n${at + 1}`];
        edges[`r${at}`] = [`n${at + 1}`];
      }
      await putGraph(test.store, edges);
      const found = await closure('n0', 'dependencies');
      expect(found).toHaveLength(180);
      expect(found.at(-1)).toBe('n60 120');
    });

    it('ends in a cycle and does not name its start', async () => {
      await putGraph(test.store, { a: ['b'], b: ['c'], c: ['a'], self: ['self'] });
      expect(await closure('a', 'dependencies')).toEqual(['b 1', 'c 2']);
      expect(await closure('a', 'dependents')).toEqual(['c 1', 'b 2']);
      expect(await closure('self', 'dependencies')).toEqual([]);
    });

    it('stops at the limit with the nearest', async () => {
      await putGraph(test.store, { a: ['b', 'c'], b: ['d'], c: [], d: ['e'], e: [] });
      expect(await walk('a', { limit: 3 })).toEqual({
        nodes: ['b 1', 'c 1', 'd 2'],
        edges: ['a>b', 'a>c', 'b>d'],
        truncated: true,
      });
      expect(await walk('a', { limit: 1 })).toMatchObject({ nodes: ['b 1'], truncated: true });
      expect(await walk('a', { limit: 4 })).toMatchObject({ truncated: false });
    });

    it('stops at the depth, and tells whether there is more', async () => {
      await putGraph(test.store, { a: ['b', 'c'], b: ['c', 'd'], c: [], d: [] });
      expect(await walk('a', { depthMax: 1 })).toEqual({
        nodes: ['b 1', 'c 1'],
        edges: ['a>b', 'a>c', 'b>c'],
        truncated: true,
      });
      expect(await walk('a', { depthMax: 2 })).toMatchObject({
        nodes: ['b 1', 'c 1', 'd 2'],
        truncated: false,
      });
      expect(await walk('d', { depthMax: 2 })).toEqual({ nodes: [], edges: [], truncated: false });
    });

    it('names each edge once, from what needs to what is needed, whichever way it is walked', async () => {
      await putGraph(test.store, { a: ['b', 'c'], b: ['d'], c: ['d'], d: [], other: ['d'] });
      const edges = ['a>b', 'a>c', 'b>d', 'c>d'];
      expect(await walk('a', {})).toMatchObject({ edges });
      expect(await walk('d', { direction: 'dependents' })).toMatchObject({
        edges: [...edges, 'other>d'],
      });
    });

    it('holds what others own once for all environments', async () => {
      const put = (environment: string, id: string, facts: object): Write => ({
        kind: 'put',
        collection: 'resources',
        key: `${environment}/${id}[0]`,
        value: resource({ id, environment, ...facts }),
      });
      for (const environment of ['shop', 'bank']) {
        const writes = [
          put(environment, 'pay', { external: 'payments-api' }),
          put(environment, 'web', { dependsOn: ['pay[0]'] }),
          put(environment, 'alone', { external: 'mail' }),
        ];
        await test.store.commit(transaction({ scope: environment, writes }));
      }
      const query = { key: 'external:payments-api', direction: 'dependents', limit: 10 } as const;
      expect((await test.store.closure(query)).nodes).toEqual([
        { key: 'bank/pay[0]', depth: 1 },
        { key: 'shop/pay[0]', depth: 1 },
        { key: 'bank/web[0]', depth: 2 },
        { key: 'shop/web[0]', depth: 2 },
      ]);
      expect(await closure('web', 'dependencies')).toEqual(['pay 1', 'external:payments-api 2']);
      const changed = put('shop', 'pay', { external: 'other-api' });
      await test.store.commit(transaction({ writes: [changed] }));
      expect((await test.store.closure(query)).nodes).toHaveLength(2);
    });

    it('follows a resource whose dependencies change', async () => {
      await putGraph(test.store, { a: ['b', 'c'], b: [], c: [], d: [] });
      await putGraph(test.store, { a: ['c', 'd'] });
      expect(await closure('a', 'dependencies')).toEqual(['c 1', 'd 1']);
      expect(await closure('b', 'dependents')).toEqual([]);
    });

    it('forgets the edges of a deleted resource', async () => {
      await putGraph(test.store, { a: ['b'], b: ['c'], c: [] });
      await test.store.commit(
        transaction({ writes: [{ kind: 'delete', collection: 'resources', key: 'shop/b[0]' }] }),
      );
      expect(await closure('c', 'dependents')).toEqual([]);
      expect(await closure('b', 'dependencies')).toEqual([]);
    });

    it('keeps the environments apart', async () => {
      await putGraph(test.store, { web: ['db'], db: [] });
      const value = resource({ id: 'web', environment: 'bank', dependsOn: ['db[0]'] });
      await test.store.commit(
        transaction({
          scope: 'bank',
          writes: [{ kind: 'put', collection: 'resources', key: 'bank/web[0]', value }],
        }),
      );
      expect(await closure('db', 'dependents')).toEqual(['web 1']);
    });

    it('changes nothing with a refused transaction', async () => {
      await putGraph(test.store, { a: ['b'], b: [], c: [] });
      const value = resource({ id: 'a', dependsOn: ['c[0]'] });
      const refused = transaction({
        expect: [{ collection: 'resources', key: 'shop/a[0]', revision: 99 }],
        writes: [{ kind: 'put', collection: 'resources', key: 'shop/a[0]', value }],
      });
      await expect(test.store.commit(refused)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await closure('a', 'dependencies')).toEqual(['b 1']);
    });
  });
}
