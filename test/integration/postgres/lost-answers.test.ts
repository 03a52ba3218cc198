import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type PostgresData, postgresData } from '../../support/postgres.ts';
import { event, queue, transaction } from '../../support/records.ts';
import { describeOver } from '../../support/services/describe-over.ts';

/**
 * When the way to the server breaks: before it has got the next COMMIT, or before its answer came back.
 * `silent`: it stands open, and nothing more is sent, as by a process that is stopped.
 */
type Cut = 'before' | 'after' | 'silent' | 'never';

/** The bytes of a query that is nothing else. */
const COMMIT = Buffer.from('COMMIT\0');

async function createProxy(url: string) {
  const target = new URL(url);
  const state: { cut: Cut; cuts: number } = { cut: 'never', cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let isAnswerLost = false;
    const breakOff = () => {
      state.cuts += 1;
      state.cut = 'never';
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    near.on('data', (bytes) => {
      if (state.cut !== 'never' && bytes.includes(COMMIT)) {
        if (state.cut === 'before') return breakOff();
        if (state.cut === 'silent') {
          state.cut = 'never';
          return;
        }
        isAnswerLost = true;
      }
      far.write(bytes);
    });
    let answered = Buffer.alloc(0);
    far.on('data', (bytes) => {
      if (!isAnswerLost) {
        near.write(bytes);
        return;
      }
      // The answers to what was sent before it may come first.
      answered = Buffer.concat([answered, bytes]);
      if (answered.includes(COMMIT)) breakOff();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    state,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => server.close(closed));
    },
  };
}

describeOver(['POSTGRES_URL'], 'an answer of PostgreSQL that is lost', ({ POSTGRES_URL }) => {
  async function openThroughProxy() {
    const data: PostgresData = postgresData(POSTGRES_URL);
    const proxy = await createProxy(POSTGRES_URL);
    const store = await data.open({ url: proxy.url });
    onTestFinished(async () => {
      await store.close();
      await proxy.close();
      await data.remove();
    });
    return { data, proxy, store };
  }

  it.each(['before', 'after'] as const)(
    'in the middle of a commit, %s it was made: found out, and the commit is there once',
    async (cut) => {
      const { proxy, store, data } = await openThroughProxy();
      await store.commit(transaction({ writes: [queue('a', 1)] }));
      for (let round = 1; round <= 5; round += 1) {
        proxy.state.cut = cut;
        const commits = ['a', 'b', 'c'].map((key) =>
          store.commit(transaction({ writes: [queue(key, round)], events: [event()] })),
        );
        const numbers = (await Promise.all(commits)).map(({ number }) => number);
        expect(numbers.toSorted((one, other) => one - other)).toEqual(
          [2, 3, 4].map((number) => number + 3 * (round - 1)),
        );
        expect(proxy.state.cuts).toBe(round);
      }
      expect(await store.events({ limit: 100 })).toHaveLength(15);
      expect(await store.changes({ afterSequence: 0, limit: 100 })).toHaveLength(16);
      expect(await data.query('SELECT count(*)::int AS rows FROM journal')).toEqual([{ rows: 16 }]);
    },
  );

  it('that never asks for it, as of a process that is stopped, holds others up for a moment only', async () => {
    const { proxy, store, data } = await openThroughProxy();
    const other = await data.open();
    onTestFinished(other.close);
    await store.commit(transaction());
    proxy.state.cut = 'silent';
    const stopped = store.commit(transaction({ writes: [queue('a', 1)] }));
    await expect.poll(() => proxy.state.cut).toBe('never');
    expect(await other.commit(transaction({ writes: [queue('a', 2)] }))).toMatchObject({
      number: 2,
    });
    // Its transaction was ended by the server; once it goes on, it begins anew.
    expect(await stopped).toMatchObject({ number: 3 });
  }, 30_000);

  it('does not make a refusal of what was committed', async () => {
    const { proxy, store } = await openThroughProxy();
    proxy.state.cut = 'after';
    const absent = { collection: 'queues', key: 'a', revision: null } as const;
    const first = store.commit(transaction({ expect: [absent], writes: [queue('a', 1)] }));
    await expect(first).resolves.toMatchObject({ number: 1 });
    const again = store.commit(transaction({ expect: [absent], writes: [queue('a', 2)] }));
    await expect(again).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('tells no host, user or password', async () => {
    const data = postgresData('postgres://somebody:hidden@127.0.0.1:1/nowhere');
    const failure = await data.open().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', facts: { system: 'postgres' } });
    const told = JSON.stringify(failure, [
      'message',
      'what',
      'remedy',
      'detail',
      'facts',
      'system',
    ]);
    const all = `${told} ${failure instanceof Error ? failure.stack : ''} ${String((failure as Error).cause)}`;
    expect(all).not.toMatch(/hidden|somebody|nowhere|127\.0\.0\.1/);
  });
});
