import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../support/arango/double.ts';
import { AT, asks, opened, REFUSALS, refused } from '../../support/arango/exchanges.ts';
import { doubleOfTest, openOver, storeOfTest, USER } from '../../support/arango/opened-store.ts';
import { event, queue, run } from '../../support/records.ts';

/** Its statement and what is bound to it. */
function asking(rows: readonly unknown[]) {
  const bodies: { query: string; bindVars: Record<string, unknown> }[] = [];
  const exchange: Exchange = {
    ...asks(rows),
    seen: (body) => {
      bodies.push(body as (typeof bodies)[number]);
    },
  };
  const last = () => {
    const body = bodies.at(-1);
    if (body === undefined) throw new Error('nothing was asked');
    return body;
  };
  return { exchange, last };
}

const record = (key: string, value: object, revision = 1) => ({
  key,
  revision,
  value: JSON.stringify(value),
});

describe('what is read from ArangoDB', () => {
  it('is a record by its key, written as a key of a document', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, last } = asking([
      record('shop/a', { environment: 'shop/a', acceptedCount: 2 }, 7),
    ]);
    double.play(exchange, asks([]));
    expect(await store.get('queues', 'shop/a')).toEqual({
      value: { environment: 'shop/a', acceptedCount: 2 },
      revision: 7,
    });
    expect(last().bindVars).toEqual({ '@collection': 'queues', key: 'shop=2Fa' });
    expect(await store.get('queues', 'none')).toBeUndefined();
  });

  it('is looked at before it is believed', async () => {
    const { double, store } = await storeOfTest();
    double.play(asks([{ key: 'a', revision: 1, value: '{"environment":1}' }]));
    await expect(store.get('queues', 'a')).rejects.toMatchObject({ code: 'RECORD_DAMAGED' });
  });

  it('are records in the order of keys, by fields, page by page', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, last } = asking([record('r2', run({ id: 'r2' }))]);
    double.play(exchange, exchange);
    const where = { environment: 'shop', status: ['queued', 'running'] };
    const found = await store.find('runs', { where, afterKey: 'r1', changedAfter: 3, limit: 5 });
    expect(found.map(({ value }) => value.id)).toEqual(['r2']);
    expect(last().query).toMatch(
      /FILTER row.environment == @value0\n.*row.status IN @value1\n.*row.order > @value2\n.*row.revision > @value3\n.*SORT row.order ASC\n/,
    );
    expect(last().bindVars).toEqual({
      '@collection': 'runs',
      value0: 'shop',
      value1: ['queued', 'running'],
      value2: '114049',
      value3: 3,
      count: 5,
    });
    await store.find('runs', { reverse: true, afterKey: 'r' });
    expect(last().query).toMatch(/row.order < @value0\n.*SORT row.order DESC\n/);
    expect(last().bindVars).toMatchObject({ value0: '114', count: 200_001 });
  });

  it('takes the field that keys begin with for a range of keys', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, last } = asking([]);
    double.play(exchange);
    await store.find('steps', { where: { runId: 'r' } });
    expect(last().query).toMatch(/row.order > @value0\n.*row.order < @value1\n/);
    expect(last().bindVars).toMatchObject({ value0: '114047', value1: '114048' });
  });

  it('comes in batches, and what is left in the middle is given back to the server', async () => {
    const { double, store } = await storeOfTest();
    const answer = (rows: unknown[], hasMore: boolean) => ({
      status: 201,
      body: { id: '3517', result: rows, hasMore, cached: false, error: false, code: 201 },
    });
    const row = (key: string) => record(key, { environment: key, acceptedCount: 1 });
    // https://docs.arangodb.com/3.12/develop/http-api/queries/aql-queries/#read-the-next-batch-from-a-cursor
    const next = { method: 'POST', path: `${AT}/_api/cursor/3517` } as const;
    const more = refused(asks([]), answer([row('a')], true));
    double.play(more, { ...next, answer: { ...answer([row('b')], false), status: 200 } });
    const found = await store.find('queues');
    expect(found.map(({ value }) => value.environment)).toEqual(['a', 'b']);

    // https://docs.arangodb.com/3.12/develop/http-api/queries/aql-queries/#delete-a-cursor
    const kill = { method: 'DELETE', path: next.path, answer: { status: 202, body: {} } } as const;
    double.play(more, { ...next, answer: REFUSALS.internal }, kill);
    await expect(store.find('queues')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    double.done();
  });

  it('are events, page by page, and only those that are asked for', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, last } = asking([
      {
        sequence: 4,
        scope: 'shop',
        number: 2,
        atMs: 5,
        runId: null,
        json: JSON.stringify([event({ runId: 'r1' }), event({ runId: 'r2' })]),
      },
    ]);
    double.play(exchange);
    const found = await store.events({ runId: 'r2', limit: 9 });
    expect(found.map((one) => one.event.id)).toEqual(['shop:2.1']);
    expect(last().bindVars).toEqual({ runId: 'r2', from: 0, count: 500 });
  });

  it('are changes, log chunks, and how far is published', async () => {
    const { double, store } = await storeOfTest();
    const touched = [{ collection: 'queues', key: 'a' }];
    const chunk = { sequence: 3, runId: 'r', address: 'a[0]', claimNumber: 1, offset: 0 };
    double.play(
      asks([{ sequence: 1, scope: 'shop', number: 1, touched: JSON.stringify(touched) }]),
      asks([{ ...chunk, text: '"x\\u0000"' }]),
      asks([17]),
      asks([]),
    );
    expect(await store.changes({ afterSequence: 0, limit: 9 })).toEqual([
      { sequence: 1, scope: 'shop', number: 1, touched },
    ]);
    const query = { runId: 'r', address: null, afterSequence: 0, limit: 9 };
    expect(await store.readLog(query)).toEqual([{ ...chunk, text: 'x\0' }]);
    expect(await store.publishedThrough()).toBe(17);
    expect(await store.publishedThrough()).toBe(0);
  });

  it('is a part of the graph: nearest first, no more than are wanted, and whether there is more', async () => {
    const { double, store } = await storeOfTest();
    const reached = ['b 1', 'c 1', 'd 2'].map((node) => {
      const [id = '', distance] = node.split(' ');
      return { key: `shop/${id}[0]`, distance: Number(distance) };
    });
    const edges = [{ from: 'shop/a[0]', to: 'shop/b[0]' }];
    const { exchange, last } = asking([{ reached, edges }]);
    double.play(exchange, exchange, exchange);
    const query = { key: 'shop/a[0]', direction: 'dependencies' } as const;
    expect(await store.closure({ ...query, limit: 3 })).toEqual({
      nodes: reached.map(({ key, distance }) => ({ key, depth: distance })),
      edges,
      truncated: false,
    });
    expect(last().query).toContain('OUTBOUND @start GRAPH "dependencies"');
    expect(last().bindVars).toMatchObject({
      start: 'resources/shop=2Fa=5B0=5D',
      count: 4,
      limit: 3,
    });
    expect(await store.closure({ ...query, limit: 2 })).toMatchObject({
      nodes: [{ key: 'shop/b[0]' }, { key: 'shop/c[0]' }],
      truncated: true,
    });
    const direction = 'dependents';
    const shallow = await store.closure({ ...query, direction, depthMax: 1, limit: 9 });
    expect(shallow).toMatchObject({ nodes: [{ depth: 1 }, { depth: 1 }], truncated: true });
    expect(last().query).toContain('INBOUND @start GRAPH "dependencies"');
    expect(last().bindVars).toMatchObject({ depth: 2, depthMax: 1 });
  });

  it('is found by words, never by a language of the server', async () => {
    const { double, store } = await storeOfTest();
    const hit = { collection: 'resources', key: 'shop/web[0]', score: 16 };
    const { exchange, last } = asking([hit]);
    double.play(exchange);
    const collections = ['resources'] as const;
    expect(await store.search({ text: 'WEB "blü', collections, limit: 3 })).toEqual([hit]);
    expect(last().bindVars).toMatchObject({
      words: ['web', 'blu'],
      count: 2,
      collections,
      limit: 3,
    });
    expect(await store.search({ text: ' "', limit: 3 })).toEqual([]);
  });
});

describe('a server that is away', () => {
  it.each([
    { name: 'the connection is lost', answer: 'reset' },
    { name: 'an answer is cut off', answer: 'cut' },
    { name: 'no answer comes in time', answer: 'silence' },
    { name: 'it has an error of its own', answer: REFUSALS.internal },
    { name: 'it has too much to do', answer: REFUSALS.overloaded },
    { name: 'the login is refused', answer: REFUSALS.unauthorised },
    { name: 'a statement took too long', answer: REFUSALS.queryKilled },
    { name: 'the database is gone', answer: REFUSALS.databaseNotFound },
    { name: 'something in between answers for it', answer: { status: 502, body: 'Bad gateway' } },
  ] as const)('is told as such, with no word of what was asked: $name', async ({ answer }) => {
    const { double, store } = await storeOfTest();
    double.play(refused(asks([]), answer));
    const failed = store.get('queues', 'some-key');
    await expect(failed).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      facts: { system: 'arango' },
    });
    const error: unknown = await failed.catch((thrown) => thrown);
    const told = allOf(error);
    for (const secret of ['FOR', 'some-key', '127.0.0.1', USER.password, USER.username]) {
      expect(told).not.toContain(secret);
    }
  });

  it('is asked no more once it failed often enough', async () => {
    const { double, place } = await doubleOfTest();
    double.play(...opened());
    const store = await openOver(place);
    // Two of three: what opened the store was well.
    double.play(refused(asks([]), 'reset'), refused(asks([]), 'reset'));
    for (let call = 1; call <= 2; call += 1) {
      await expect(store.get('queues', 'a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    expect(store.breaker.state()).toBe('open');
    await expect(store.get('queues', 'a')).rejects.toMatchObject({ facts: { system: 'arango' } });
    await store.close();
  });

  it('is not there at all', async () => {
    const { double, place } = await doubleOfTest();
    await double.close();
    await expect(openOver(place)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('refuses what it cannot do as its own error: a document that is not there (1202)', async () => {
    const { double, store } = await storeOfTest();
    double.play(refused(asks([]), REFUSALS.documentNotFound));
    await expect(store.get('queues', 'a')).rejects.toMatchObject({
      code: 'INTERNAL',
      facts: { arangoError: 1202, httpStatus: 404 },
    });
    expect(store.breaker.state()).toBe('closed');
  });

  it('is asked nothing once the store is closed', async () => {
    const { store } = await storeOfTest();
    await store.close();
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(store.get('queues', 'a')).rejects.toMatchObject(unavailable);
    await expect(store.find('queues')).rejects.toMatchObject(unavailable);
    await expect(store.markPublished(1)).rejects.toMatchObject(unavailable);
    const late = store.commit({ scope: 's', expect: [], writes: [queue('a', 1)], events: [] });
    await expect(late).rejects.toMatchObject(unavailable);
    await expect(store.close()).resolves.toBeUndefined();
  });
});

/** Everything that an error says, its causes included. */
function allOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.message} ${JSON.stringify(error)} ${allOf(error.cause)}`;
}
