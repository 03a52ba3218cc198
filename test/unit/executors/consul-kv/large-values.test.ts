import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulKvExecutor } from '../../../../src/executors/consul-kv/consul-kv.ts';
import type { Executor, ResolvedSpec } from '../../../../src/executors/executor.ts';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import {
  BATCH_BYTES_MAX,
  type KeyValue,
  VALUE_BYTES_MAX,
} from '../../../../src/keyvalue/keyvalue.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { createSealing } from '../../../support/sealing.ts';
import { priorOf, stepContext } from '../step.ts';

let keyValue: KeyValue;
let executor: Executor;
/** Sizes of the batches that were sent. */
let batches: number[];
/** Called before each batch: a test may interfere. */
let beforeBatch: (at: number) => Promise<void>;
/** Called before one key is read. */
let beforeGet: () => Promise<void>;

beforeEach(() => {
  const embedded = createEmbeddedKeyValue({ path: ':memory:', sealing: createSealing() });
  batches = [];
  beforeBatch = async () => {};
  beforeGet = async () => {};
  keyValue = embedded;
  executor = createConsulKvExecutor({
    keyValue: {
      ...embedded,
      get: async (key, signal) => {
        await beforeGet();
        return embedded.get(key, signal);
      },
      apply: async (changes, signal) => {
        await beforeBatch(batches.length);
        batches.push(changes.length);
        await embedded.apply(changes, signal);
      },
    },
  });
});

afterEach(() => keyValue.close());

const values = async (prefix = '') => {
  const entries = await keyValue.list(prefix);
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
};

const many = (count: number, value = 'v') =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, `${value}${at}`]));

const apply = (
  spec: ResolvedSpec,
  prior: JsonObject | null = null,
  record: JsonObject | null = null,
) =>
  executor.apply(
    stepContext({ spec, prior: prior === null ? null : priorOf({ spec: prior, record }) }),
  );

describe('large values', () => {
  const LARGE = 'x'.repeat(VALUE_BYTES_MAX);

  it('are kept, changed and removed like others, beside which they do not fit', async () => {
    const half = 'y'.repeat(BATCH_BYTES_MAX / 2);
    const first = { prefix: 'p', entries: { ...many(40), a: LARGE, b: half, c: half, d: half } };
    const { record } = await apply(first);
    expect(await values('p')).toMatchObject(
      Object.fromEntries(Object.entries(first.entries).map(([key, text]) => [`p/${key}`, text])),
    );
    const changed = { prefix: 'p', entries: { a: `${LARGE.slice(1)}z`, b: half } };
    await apply(changed, first, record);
    const left = await values('p');
    expect(Object.keys(left)).toEqual(['p/_biotope', 'p/a', 'p/b']);
    expect(left['p/a']).toBe(changed.entries.a);
    await executor.destroy(stepContext({ prior: priorOf({ spec: changed }) }));
    expect(await values()).toEqual({});
  });

  it('belong to the resource before they are there: a crash in between is no riddle', async () => {
    beforeBatch = async (at) => {
      if (at === 1) throw new Error('crash');
    };
    const spec = { prefix: 'p', entries: { a: LARGE } };
    await expect(apply(spec)).rejects.toThrow('crash');
    expect(await values('p')).toMatchObject({ 'p/a': '' });
    beforeBatch = async () => {};
    await apply(spec);
    expect((await values('p'))['p/a']).toBe(LARGE);
  });

  it('are set only after another look where somebody wrote to their key meanwhile', async () => {
    beforeGet = async () => {
      const revision = (await keyValue.get('p/a'))?.revision ?? 0;
      await keyValue.apply([{ kind: 'set', key: 'p/a', value: 'theirs', revision }]);
      beforeGet = async () => {
        throw new Error('asked once');
      };
    };
    await apply({ prefix: 'p', entries: { a: LARGE } });
    // The key was made by the resource: what it finds there at the next look is put right.
    expect((await values('p'))['p/a']).toBe(LARGE);
    expect(batches).toEqual([2, 1]);
  });
});
