import { expect, it, onTestFinished } from 'vitest';
import { isBiotopeError } from '../../../src/model/errors.ts';
import type { Change, Store } from '../../../src/store/store.ts';
import { type PostgresData, postgresData } from '../../support/postgres.ts';
import { event, queue, transaction } from '../../support/records.ts';
import { describeOver } from '../../support/services/describe-over.ts';

describeOver(['POSTGRES_URL'], 'several processes on one PostgreSQL', ({ POSTGRES_URL }) => {
  const dataOfTest = (): PostgresData => {
    const data = postgresData(POSTGRES_URL);
    onTestFinished(data.remove);
    return data;
  };
  const openAll = async (data: PostgresData, count: number): Promise<Store[]> => {
    const stores = await Promise.all(Array.from({ length: count }, () => data.open()));
    onTestFinished(async () => {
      for (const store of stores) await store.close();
    });
    return stores;
  };

  it('makes the schema once, however many begin at the same time', async () => {
    const [first, ...others] = await openAll(dataOfTest(), 5);
    await first?.commit(transaction({ writes: [queue('a', 1)] }));
    for (const store of others) expect(await store.get('queues', 'a')).toBeDefined();
  });

  it('numbers scopes and feed without a gap, and never shows a place before all those below it', async () => {
    const data = dataOfTest();
    const [reader, ...writers] = await openAll(data, 4);
    let isOver = false;
    const seen: Change[] = [];
    const follow = async () => {
      for (let last = false; ; last = isOver) {
        const afterSequence = seen.at(-1)?.sequence ?? 0;
        const changes = (await reader?.changes({ afterSequence, limit: 50 })) ?? [];
        seen.push(...changes);
        if (last && changes.length === 0) return;
      }
    };
    const following = follow();
    const commits = writers.flatMap((store, writer) =>
      Array.from({ length: 200 }, async (_, at) => {
        // Spread over several physical commits of each.
        await new Promise((resolve) => setTimeout(resolve, at));
        const writes = [queue(`${writer}-${at}`, at)];
        await store.commit(transaction({ scope: `s${at % 5}`, writes, events: [event()] }));
      }),
    );
    await Promise.all(commits);
    isOver = true;
    await following;
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, at) => at + 1));
    expect(seen).toHaveLength(600);
    for (const scope of ['s0', 's1', 's2', 's3', 's4']) {
      const numbers = seen.filter((one) => one.scope === scope).map(({ number }) => number);
      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    }
  });

  it('lets one of many take a record, and no update be lost', async () => {
    const stores = await openAll(dataOfTest(), 3);
    let conflicts = 0;
    const increment = async (store: Store): Promise<void> => {
      const before = await store.get('queues', 'count');
      const revision = before?.revision ?? null;
      const writes = [queue('count', (before?.value.acceptedCount ?? 0) + 1)];
      try {
        const expected = { collection: 'queues', key: 'count', revision } as const;
        await store.commit(transaction({ expect: [expected], writes }));
      } catch (error) {
        if (!isBiotopeError(error, 'STORE_CONFLICT')) throw error;
        conflicts += 1;
        await increment(store);
      }
    };
    const all = stores.flatMap((store) => Array.from({ length: 15 }, () => increment(store)));
    await Promise.all(all);
    expect((await stores[0]?.get('queues', 'count'))?.value.acceptedCount).toBe(45);
    expect(conflicts).toBeGreaterThan(0);
  });

  it('does not believe what it remembers once somebody else has written', async () => {
    const [one, other] = await openAll(dataOfTest(), 2);
    const first = await one?.commit(transaction({ writes: [queue('a', 1)] }));
    await other?.commit(transaction({ writes: [queue('a', 2)] }));
    const expected = { collection: 'queues', key: 'a', revision: first?.number ?? 0 } as const;
    const refused = one?.commit(transaction({ expect: [expected], writes: [queue('a', 3)] }));
    await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT', facts: { found: 2 } });
    expect(await one?.commit(transaction())).toMatchObject({ number: 3, sequence: 3 });
  });

  it('hear of what others commit, and not of their own commits', async () => {
    const [one, other] = await openAll(dataOfTest(), 2);
    const heard: string[] = [];
    const forget = one?.hear?.((scopes) => heard.push(...(scopes ?? [])));
    // It listens once it is connected.
    await expect
      .poll(async () => {
        await other?.commit(transaction({ scope: 'others' }));
        await one?.commit(transaction({ scope: 'own' }));
        return heard;
      })
      .toContain('others');
    expect(heard).not.toContain('own');
    forget?.();
  });

  it('refuses a schema that a newer program has written', async () => {
    const data = dataOfTest();
    const [store] = await openAll(data, 1);
    await store?.commit(transaction());
    await data.query('UPDATE biotope_version SET version = version + 1');
    await expect(data.open()).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});
