import { expect, onTestFinished, test } from 'vitest';
import type { RunRecord } from '../../../../src/model/run.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store, Transaction } from '../../../../src/store/store.ts';
import { openRoom } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const TAKES_MAX = 3;

/** The run of a transaction that takes one. */
function takenIn({ writes }: Transaction): RunRecord | undefined {
  for (const write of writes) {
    const isRun = write.kind === 'put' && write.collection === 'runs';
    if (isRun && write.value.status === 'planning') return write.value;
  }
  return undefined;
}

/** Just before the first run is taken somebody else changes it, and the news of that is lost. */
function withLostNews(store: Store): Store & { takes(): number } {
  let takes = 0;
  let isDeaf = false;
  const changeUnheard = async (runId: string) => {
    const stored = await store.get('runs', runId);
    if (stored === undefined) throw new Error('there is no such run');
    const { value, revision } = stored;
    isDeaf = true;
    await store.commit({
      scope: value.environment,
      expect: [{ collection: 'runs', key: runId, revision }],
      writes: [{ kind: 'put', collection: 'runs', key: runId, value: { ...value, tags: ['new'] } }],
      events: [],
    });
    isDeaf = false;
  };
  return {
    ...store,
    takes: () => takes,
    watch: (listener) =>
      store.watch((...news) => {
        if (!isDeaf) listener(...news);
      }),
    async commit(transaction) {
      const run = takenIn(transaction);
      if (run !== undefined) takes += 1;
      if (takes > TAKES_MAX) throw new Error('it is tried again and again');
      if (run !== undefined && takes === 1) await changeUnheard(run.id);
      return store.commit(transaction);
    },
  };
}

test('who was refused a run reads its line anew: what he had heard of it is old', async () => {
  const clock = createVirtualClock();
  const sqlite = createSqliteStore({ path: ':memory:', clock });
  onTestFinished(() => sqlite.close());
  const store = withLostNews(sqlite);
  const room = await openRoom({ clock, context: { store } });
  await room.publish(template('1.0.0', [resource('a')]));
  const data = { name: 'shop', template: 'sample' };
  const runId = await room.send({ type: 'environment.create', data });
  await clock.advance(1_000);
  expect(store.takes()).toBe(2);
  expect(await room.run(runId)).toMatchObject({ status: 'running', tags: ['new'] });
  expect(room.orders).toHaveLength(1);
});
