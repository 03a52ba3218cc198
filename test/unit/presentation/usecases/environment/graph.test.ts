import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src/platform/clock.ts';
import { readGraph } from '../../../../../src/presentation/usecases/environment/graph.ts';
import { createSqliteStore } from '../../../../../src/store/sqlite/sqlite-store.ts';
import { transaction } from '../../../../support/records.ts';
import { anEnvironment, palette } from '../../samples.ts';

it.each([
  ['ok', 'environment demo has no resources'],
  ['destroyed', 'environment demo is destroyed: it has no resources'],
] as const)('the graph of an empty environment that is %s says so', async (status, line) => {
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const value = anEnvironment({ status });
  const writes = [
    { kind: 'put' as const, collection: 'environments' as const, key: 'demo', value },
  ];
  await store.commit(transaction({ writes }));
  expect((await readGraph(store, 'demo', 'tree')).lines(palette)).toEqual([line]);
});
