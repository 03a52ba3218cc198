import { describe, expect, it } from 'vitest';
import { LAYOUT } from '../../../src/store/arango/layout.ts';
import { capture, found, whole } from '../../support/arango/commits.ts';
import {
  AT,
  aborts,
  asksIn,
  begins,
  commits,
  REFUSALS,
  refused,
} from '../../support/arango/exchanges.ts';
import { storeOfTest } from '../../support/arango/opened-store.ts';
import { event, queue, resource, transaction } from '../../support/records.ts';

describe('a commit', () => {
  it('is one transaction that holds the counters alone, with every collection declared', async () => {
    const { double, store } = await storeOfTest();
    double.play(
      begins('11', {
        collections: {
          write: LAYOUT.map(({ name }) => name).filter((name) => name !== 'counters'),
          exclusive: ['counters'],
        },
        waitForSync: true,
        allowImplicit: false,
        lockTimeout: 10,
      }),
      asksIn('11', found()),
      asksIn('11', [true]),
      commits('11'),
    );
    const committed = await store.commit(transaction({ writes: [queue('a', 1)] }));
    expect(committed).toMatchObject({ number: 1, sequence: 1 });
    double.done();
  });

  it('writes records, events, counters and graph together, each under the next number', async () => {
    const { double, store } = await storeOfTest();
    const counters = [
      { key: 'feed', value: 41 },
      { key: 'scope=3Ashop', value: 6 },
    ];
    const { exchange, body } = capture(asksIn('1', [true]));
    const removal = capture(asksIn('1', [true]));
    double.play(
      begins('1'),
      asksIn('1', found({ counters })),
      removal.exchange,
      exchange,
      commits('1'),
    );
    const value = resource({ id: 'web', dependsOn: ['db[0]'], external: 'mail', tags: ['Blue'] });
    await store.commit(
      transaction({
        writes: [{ kind: 'put', collection: 'resources', key: 'shop/web[0]', value }],
        events: [event({ runId: 'r1' })],
      }),
    );
    const { bindVars } = body();
    expect(bindVars).toMatchObject({
      counters: [
        { _key: 'scope=3Ashop', value: 7 },
        { _key: 'feed', value: 42 },
      ],
      resources: [
        {
          _key: 'shop=2Fweb=5B0=5D',
          key: 'shop/web[0]',
          revision: 7,
          scope: 'shop',
          environment: 'shop',
          value: JSON.stringify(value),
          searchTags: ['blue'],
        },
      ],
      journal: [{ _key: '42', sequence: 42, scope: 'shop', number: 7, runIds: ['r1'] }],
      external_resources: [{ _key: 'external=3Amail', key: 'external:mail' }],
      depends_on: [
        { _from: 'resources/shop=2Fweb=5B0=5D', _to: 'resources/shop=2Fdb=5B0=5D' },
        { _from: 'resources/shop=2Fweb=5B0=5D', _to: 'external_resources/external=3Amail' },
      ],
    });
    const edges = (bindVars.depends_on as { _key: string }[]).map(({ _key }) => _key);
    expect(removal.body().bindVars).toMatchObject({
      sources: ['resources/shop=2Fweb=5B0=5D'],
      edges,
    });
  });

  it('shares its transaction with all that wait; one whose expectation does not hold is refused alone', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, body } = capture(asksIn('1', [true]));
    const queues = [{ key: 'a', revision: 3, derived: null }];
    double.play(begins('1'), asksIn('1', found({ queues })), exchange, commits('1'));
    const expecting = (revision: number | null) =>
      transaction({
        expect: [{ collection: 'queues', key: 'a', revision }],
        writes: [queue('a', revision ?? 0)],
      });
    const [first, second, third] = await Promise.allSettled([
      store.commit(expecting(null)),
      store.commit(expecting(3)),
      store.commit(expecting(3)),
    ]);
    expect(first).toMatchObject({ reason: { code: 'STORE_CONFLICT', facts: { found: 3 } } });
    expect(second).toMatchObject({ value: { number: 1, sequence: 1 } });
    expect(third).toMatchObject({ reason: { code: 'STORE_CONFLICT' } });
    expect(body().bindVars.journal).toHaveLength(1);
  });

  it('writes nothing where all are refused', async () => {
    const { double, store } = await storeOfTest();
    double.play(begins('1'), asksIn('1', found()), commits('1'));
    const never = { collection: 'queues', key: 'none', revision: 5 } as const;
    const refusedOne = store.commit(transaction({ expect: [never] }));
    await expect(refusedOne).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('removes a record by its key, and the edges that it had', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, body } = capture(asksIn('1', [true]));
    const resources = [{ key: 'shop/b[0]', revision: 1, derived: 'sha256:old' }];
    double.play(
      begins('1'),
      asksIn('1', found({ resources })),
      exchange,
      asksIn('1', [true]),
      commits('1'),
    );
    await store.commit(
      transaction({ writes: [{ kind: 'delete', collection: 'resources', key: 'shop/b[0]' }] }),
    );
    expect(body().bindVars).toMatchObject({
      resources: ['shop=2Fb=5B0=5D'],
      sources: ['resources/shop=2Fb=5B0=5D'],
      edges: [],
      queues: [],
    });
  });

  it('numbers chunks of the log one after the other, and keeps a repeated one once', async () => {
    const { double, store } = await storeOfTest();
    const { exchange, body } = capture(asksIn('1', [true]));
    const counters = [{ key: 'logs', value: 10 }];
    double.play(begins('1'), asksIn('1', found({ counters })), exchange, commits('1'));
    const chunk = { runId: 'r', address: 'a[0]', claimNumber: 1, offset: 0, text: 'x\0' } as const;
    await Promise.all([
      store.appendLog(chunk),
      store.appendLog(chunk),
      store.appendLog({ ...chunk, offset: 2 }),
    ]);
    const { logs } = body().bindVars as { logs: object[] };
    expect(logs).toMatchObject([
      { sequence: 11, text: '"x\\u0000"' },
      { sequence: 13, offset: 2 },
    ]);
    expect(body().bindVars.counters).toEqual([{ _key: 'logs', value: 13 }]);
  });
});

describe('a transaction in whose way another one is', () => {
  it.each([
    { name: 'a write-write conflict (1200)', answer: REFUSALS.writeConflict },
    { name: 'a revision that differs inside a statement (1200)', answer: REFUSALS.revisionsDiffer },
    { name: 'a lock that is not free in time (18)', answer: REFUSALS.lockTimeout },
    { name: 'a lock that is taken (28)', answer: REFUSALS.locked },
    { name: 'a deadlock (29)', answer: REFUSALS.deadlock },
    { name: 'a place that is taken (1210)', answer: REFUSALS.uniqueViolated },
    { name: 'a transaction that the server ended (1654)', answer: REFUSALS.transactionAborted },
    { name: 'a transaction that is gone (1655)', answer: REFUSALS.transactionNotFound },
  ])('is taken back and done again from its look on: $name', async ({ answer }) => {
    const { double, store } = await storeOfTest();
    const counters = [{ key: 'scope=3Ashop', value: 5 }];
    double.play(
      begins('1'),
      asksIn('1', found()),
      refused(asksIn('1', []), answer),
      aborts('1'),
      ...whole('2', found({ counters })),
    );
    // What it saw at first is not believed any more.
    expect(await store.commit(transaction({ writes: [queue('a', 1)] }))).toMatchObject({
      number: 6,
    });
    expect(store.breaker.state()).toBe('closed');
  });

  it('gives up in the end, and nothing was written', async () => {
    const { double, store } = await storeOfTest();
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      double.play(refused(begins('1'), REFUSALS.lockTimeout));
    }
    const failed = store.commit(transaction());
    await expect(failed).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      facts: { arangoError: 18 },
    });
    await expect(failed).rejects.not.toHaveProperty('facts.system');
  });

  it('is not done again where a revision that was named is old (1200 with 412)', async () => {
    const { double, store } = await storeOfTest();
    double.play(
      begins('1'),
      asksIn('1', found()),
      refused(asksIn('1', []), REFUSALS.stale),
      aborts('1'),
    );
    await expect(store.commit(transaction())).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('lets those that share it go on where one of them alone is refused (1620)', async () => {
    const { double, store } = await storeOfTest();
    const { schemaViolated } = REFUSALS;
    double.play(
      ...[begins('1'), asksIn('1', found()), refused(asksIn('1', []), schemaViolated), aborts('1')],
      ...[begins('2'), asksIn('2', found()), refused(asksIn('2', []), schemaViolated), aborts('2')],
      ...whole('3'),
    );
    const [bad, good] = await Promise.allSettled([
      store.commit(transaction({ writes: [queue('a', 1)] })),
      store.commit(transaction({ writes: [queue('b', 1)] })),
    ]);
    expect(bad).toMatchObject({ reason: { code: 'INTERNAL', facts: { arangoError: 1620 } } });
    expect(good).toMatchObject({ value: { number: 1 } });
  });
});

describe('what the server is asked with', () => {
  it('has bounds of its own in every statement, and no credentials but in their header', async () => {
    const { double, store } = await storeOfTest();
    const seen = capture({
      method: 'POST',
      path: `${AT}/_api/cursor`,
      headers: { authorization: `Basic ${btoa('biotope:open sesame')}` },
      answer: asksIn('', []).answer,
    });
    double.play(seen.exchange);
    await store.get('queues', 'a');
    expect(seen.body()).toMatchObject({ batchSize: 10_000, ttl: 60, options: { maxRuntime: 30 } });
    expect(JSON.stringify(seen.body())).not.toContain('sesame');
  });
});
