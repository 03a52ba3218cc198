import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store, Write } from '../../../../src/store/store.ts';
import { environment, event, transaction } from '../../../support/records.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore } from './fixture.ts';

const described = (name: string, description: string): Write => ({
  kind: 'put',
  collection: 'environments',
  key: name,
  value: environment({ name, description }),
});

const found = async (store: Store, text: string) =>
  (await store.search({ text, limit: 9 })).map(({ key }) => key);

describe('what is indexed after the commit', () => {
  it('is found after a kill that came before', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    const gone: Write = { kind: 'delete', collection: 'environments', key: 'mill' };
    await store.commit(transaction({ writes: [described('mill', 'grinds corn')] }));
    expect(await found(store, 'corn')).toEqual(['mill']);
    await store.commit(transaction({ writes: [described('shop', 'sells fish'), gone] }));
    await store.commit(transaction({ scope: 'b', events: [event({ runId: 'r1' })] }));
    // As after kill -9: the write-ahead log is there, and nobody has it open.
    const copy = join(temporaryFolder(), 'store.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);

    const reader = openStore({ path: copy, readOnly: true });
    expect(await reader.events({ runId: 'r1', limit: 9 })).toHaveLength(1);
    const again = openStore({ path: copy });
    expect(await found(again, 'fish')).toEqual(['shop']);
    expect(await found(again, 'corn')).toEqual([]);
    expect(await again.events({ runId: 'r1', limit: 9 })).toHaveLength(1);
    expect(await again.commit(transaction({ scope: 'b' }))).toMatchObject({ number: 2 });
  });

  it('is found soon by another process', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    const reader = openStore({ path, readOnly: true });
    await store.commit(transaction({ writes: [described('shop', 'sells fish')] }));
    await expect.poll(() => found(reader, 'fish'), { timeout: 2_000 }).toEqual(['shop']);
  });

  it('is not what was rolled back, and is all that was committed around it', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path, fileBytesMax: 1024 * 1024 });
    const huge = described('huge', `canary ${'x'.repeat(2 * 1024 * 1024)}`);
    const results = await Promise.allSettled([
      store.commit(transaction({ writes: [described('shop', 'sells fish')] })),
      store.commit(transaction({ writes: [described('bank', 'canary'), huge] })),
      store.commit(transaction({ writes: [described('mill', 'sells corn')] })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await found(store, 'canary')).toEqual([]);
    expect(await found(store, 'sells')).toEqual(['mill', 'shop']);
  });

  it('is all that two processes have written in turn', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const [one, other] = [openStore({ path }), openStore({ path })];
    for (const [at, store] of [one, other, one, other].entries()) {
      await store.commit(transaction({ writes: [described(`e${at}`, 'sells fish')] }));
    }
    expect(await found(one, 'fish')).toEqual(['e0', 'e1', 'e2', 'e3']);
    expect(await found(other, 'fish')).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  it('is found though more was committed at once than is kept in mind', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    const names = Array.from({ length: 1_200 }, (_, at) => `e${at}`);
    const commits = names.map((name) =>
      store.commit(transaction({ scope: name, writes: [described(name, `sells fish ${name}`)] })),
    );
    await Promise.all(commits);
    expect(await store.search({ text: 'fish', limit: 2_000 })).toHaveLength(1_200);
    expect(await found(store, 'e777')).toEqual(['e777']);
  });
});
