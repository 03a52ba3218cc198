import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulKvExecutor } from '../../../../src/executors/consul-kv/consul-kv.ts';
import {
  type Executor,
  type ResolvedSpec,
  StepStopped,
} from '../../../../src/executors/executor.ts';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import { CHANGES_PER_BATCH_MAX, type KeyValue } from '../../../../src/keyvalue/keyvalue.ts';
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

const set = (key: string, value: string) =>
  keyValue.apply([{ kind: 'set', key, value, revision: 0 }]);

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

describe('the entries', () => {
  it('are texts as they are, and JSON for everything else', async () => {
    await apply({
      prefix: 'p',
      entries: { t: 'x', n: 3, b: false, o: { z: 1, a: [2] }, 'd/e': '' },
    });
    expect(await values('p')).toMatchObject({
      'p/t': 'x',
      'p/n': '3',
      'p/b': 'false',
      'p/o': '{"a":[2],"z":1}',
      'p/d/e': '',
    });
  });

  it('are written in batches that the store takes, and read back whole', async () => {
    const applied = await apply({ prefix: 'p', entries: many(200) });
    expect(Math.max(...batches)).toBeLessThanOrEqual(CHANGES_PER_BATCH_MAX);
    expect(batches).toHaveLength(Math.ceil(200 / (CHANGES_PER_BATCH_MAX - 1)));
    expect(Object.keys(await values('p'))).toHaveLength(201);
    expect(applied.outputs.keys).toHaveLength(200);
  });

  it('that are right already are not written again', async () => {
    await apply({ prefix: 'p', entries: many(100) });
    batches = [];
    await apply({ prefix: 'p', entries: { ...many(100), k7: 'other' } });
    expect(batches).toEqual([1]);
  });
});

describe('a crash between two batches', () => {
  it('is no riddle: the next attempt goes on where it was', async () => {
    beforeBatch = async (at) => {
      if (at === 2) throw new Error('crash');
    };
    await expect(apply({ prefix: 'p', entries: many(200) })).rejects.toThrow('crash');
    const half = Object.keys(await values('p')).length;
    expect(half).toBe(2 * (CHANGES_PER_BATCH_MAX - 1) + 1);
    beforeBatch = async () => {};
    await apply({ prefix: 'p', entries: many(200) });
    expect(Object.keys(await values('p'))).toHaveLength(201);
  });

  it('leaves nothing behind when the resource is destroyed', async () => {
    beforeBatch = async (at) => {
      if (at === 2) throw new Error('crash');
    };
    const spec = { prefix: 'p', entries: many(200) };
    await expect(apply(spec)).rejects.toThrow('crash');
    beforeBatch = async () => {};
    await executor.destroy(stepContext({ prior: priorOf({ spec }) }));
    expect(await values()).toEqual({});
  });
});

describe('a cancellation between two batches', () => {
  it('ends cleanly, knows where something may be, and loses nothing', async () => {
    const controller = new AbortController();
    beforeBatch = async (at) => {
      if (at === 1) controller.abort(new StepStopped('cancelled'));
    };
    const spec = { prefix: 'p', entries: many(200) };
    const stopped = executor.apply(stepContext({ spec, signal: controller.signal }));
    await expect(stopped).rejects.toMatchObject({
      kind: 'cancelled',
      left: { record: { places: [{ prefix: 'p', keys: [] }] } },
    });
    expect(Object.keys(await values('p'))).toHaveLength(CHANGES_PER_BATCH_MAX);
    await apply(spec);
    expect(Object.keys(await values('p'))).toHaveLength(201);
  });
});

describe('what belongs to somebody else', () => {
  it('is never overwritten, not even with the same value', async () => {
    await set('p/k', 'theirs');
    for (const value of ['ours', 'theirs']) {
      await expect(apply({ prefix: 'p', entries: { a: 'x', k: value } })).rejects.toMatchObject({
        kind: 'failed',
        failure: { code: 'KEY_CONFLICT', message: expect.stringContaining('p/k') },
      });
    }
    expect(await values()).toEqual({ 'p/k': 'theirs' });
  });

  it('is noticed when it appears in between, and named', async () => {
    beforeBatch = async (at) => {
      if (at === 0) await set('p/k3', 'theirs');
    };
    await expect(apply({ prefix: 'p', entries: many(5) })).rejects.toMatchObject({
      failure: { code: 'KEY_CONFLICT', message: expect.stringContaining('p/k3') },
    });
    expect(await values()).toEqual({ 'p/k3': 'theirs' });
  });

  it('includes a whole prefix that another resource keeps', async () => {
    await apply({ prefix: 'p', entries: { a: 'x' } });
    const other = { environment: 'other', spec: { prefix: 'p', entries: { b: 'y' } } };
    await expect(executor.apply(stepContext(other))).rejects.toMatchObject({
      left: null,
      failure: { code: 'KEY_CONFLICT', message: expect.stringContaining('web[0]') },
    });
    const ofTheSame = stepContext({ spec: other.spec, identity: 'new[0]' });
    await expect(executor.apply(ofTheSame)).rejects.toMatchObject({
      failure: { message: expect.stringMatching(/web\[0\] of this .* movedFrom: \[web\]/) },
    });
    await executor.destroy(stepContext({ ...other, prior: priorOf({ spec: other.spec }) }));
    expect(await values()).toMatchObject({ 'p/a': 'x' });
  });

  it('may stand beside ours, also below a prefix inside ours', async () => {
    await apply({ prefix: 'p', entries: { a: 'x' } });
    const inner = { address: 'inner[0]', spec: { prefix: 'p/q', entries: { a: 'y' } } };
    await executor.apply(stepContext(inner));
    await set('p/theirs', 'z');
    const spec = { prefix: 'p', entries: { a: 'x' } };
    expect(await executor.inspect(stepContext({ spec, prior: priorOf({ spec }) }))).toMatchObject({
      finding: 'present',
    });
    await executor.destroy(stepContext({ prior: priorOf({ spec }) }));
    expect(Object.keys(await values())).toEqual(['p/q/_biotope', 'p/q/a', 'p/theirs']);
  });
});

describe('another prefix', () => {
  it('gets the entries first, and then the old one is cleared', async () => {
    const old = await apply({ prefix: 'p', entries: { a: 'x' } });
    const spec = { prefix: 'q', entries: { a: 'x' } };
    await apply(spec, { prefix: 'p', entries: { a: 'x' } }, old.record);
    expect(Object.keys(await values())).toEqual(['q/_biotope', 'q/a']);
  });

  it('is remembered with the old one where the change fails half way', async () => {
    const old = await apply({ prefix: 'p', entries: { a: 'x' } });
    beforeBatch = async () => {
      beforeBatch = async () => {};
      throw new Error('gone');
    };
    const spec = { prefix: 'q', entries: { a: 'x' } };
    const prior = priorOf({ spec: { prefix: 'p' }, record: old.record });
    const failed = await executor.apply(stepContext({ spec, prior })).catch((error) => error);
    const record = {
      places: [
        { prefix: 'p', keys: ['a'] },
        { prefix: 'q', keys: [] },
      ],
    };
    expect(failed.left.record).toEqual(record);
    await set('q/a', 'theirs');
    await executor.destroy(stepContext({ prior: priorOf({ spec, record }) }));
    expect(await values()).toEqual({ 'q/a': 'theirs' });
  });
});

describe('the marker', () => {
  it('that somebody removed is made up for by the record', async () => {
    const spec = { prefix: 'p', entries: { a: 'x' } };
    const { record } = await apply(spec);
    const revision = (await keyValue.get('p/_biotope'))?.revision ?? 0;
    await keyValue.apply([{ kind: 'delete', key: 'p/_biotope', revision }]);
    await apply({ prefix: 'p', entries: { a: 'y' } }, spec, record);
    expect(Object.keys(await values())).toEqual(['p/_biotope', 'p/a']);
  });

  it('that somebody changed between two batches stops the rest', async () => {
    beforeGet = async () => {
      const revision = (await keyValue.get('p/_biotope'))?.revision ?? 0;
      const value = JSON.stringify({ environment: 'other', address: 'x[0]', keys: [] });
      await keyValue.apply([{ kind: 'set', key: 'p/_biotope', value, revision }]);
    };
    await expect(apply({ prefix: 'p', entries: many(200) })).rejects.toMatchObject({
      failure: { code: 'KEY_CONFLICT', message: expect.stringContaining('x[0]') },
    });
    expect(await values('p')).toMatchObject({ 'p/_biotope': expect.stringContaining('other') });
    expect(Object.keys(await values('p'))).toHaveLength(CHANGES_PER_BATCH_MAX);
  });

  it('forgets keys that are gone, so that they may become somebody else’s', async () => {
    const spec = { prefix: 'p', entries: { a: 'x', b: 'y' } };
    const { record } = await apply(spec);
    const revision = (await keyValue.get('p/b'))?.revision ?? 0;
    await keyValue.apply([{ kind: 'delete', key: 'p/b', revision }]);
    const less = { prefix: 'p', entries: { a: 'x' } };
    await apply(less, spec, record);
    await set('p/b', 'theirs');
    await executor.destroy(stepContext({ prior: priorOf({ spec: less }) }));
    expect(await values()).toEqual({ 'p/b': 'theirs' });
  });

  it('that nobody can read stops everything', async () => {
    await set('p/_biotope', 'not ours');
    await expect(apply({ prefix: 'p', entries: { a: 'x' } })).rejects.toMatchObject({
      failure: { code: 'KEY_CONFLICT' },
    });
  });
});

describe('an inspection', () => {
  it('names what is missing, changed and left over, and shows no value', async () => {
    const spec = { prefix: 'p', entries: { a: 'x', b: 'secret-value', c: 'z' } };
    await apply(spec);
    const revision = async (key: string) => (await keyValue.get(key))?.revision ?? 0;
    await keyValue.apply([
      { kind: 'delete', key: 'p/a', revision: await revision('p/a') },
      { kind: 'set', key: 'p/b', value: 'by hand', revision: await revision('p/b') },
    ]);
    const wanted = { prefix: 'p', entries: { a: 'x', b: 'secret-value' } };
    const found = await executor.inspect(
      stepContext({ spec: wanted, prior: priorOf({ spec: wanted }) }),
    );
    expect(found.finding).toBe('partial');
    expect(found.differences.map(({ subject, kind }) => [subject, kind])).toEqual([
      ['p/a', 'missing'],
      ['p/b', 'changed'],
      ['p/c', 'extra'],
    ]);
    expect(JSON.stringify(found.differences)).not.toMatch(/secret-value|by hand/);
  });
});

describe('limits', () => {
  it('refuse a value that no store takes, before anything is written', async () => {
    const entries = { ...many(100), large: 'x'.repeat(512 * 1024 + 1) };
    await expect(apply({ prefix: 'p', entries })).rejects.toMatchObject({
      failure: { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('p/large') },
    });
    expect(await values()).toEqual({});
  });
});
