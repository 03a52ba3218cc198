import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulKvExecutor } from '../../../../src/executors/consul-kv/consul-kv.ts';
import { consulKvDefinition } from '../../../../src/executors/consul-kv/definition.ts';
import type { Executor, ResolvedSpec } from '../../../../src/executors/executor.ts';
import { createEmbeddedKeyValue } from '../../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import type { KeyValue } from '../../../../src/keyvalue/keyvalue.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { createSealing } from '../../../support/sealing.ts';
import { priorOf, stepContext } from '../step.ts';

let keyValue: KeyValue;
let executor: Executor;
/** Batches that may still be sent before the worker dies. */
let batchesLeft: number;

beforeEach(() => {
  const embedded = createEmbeddedKeyValue({ path: ':memory:', sealing: createSealing() });
  batchesLeft = Number.POSITIVE_INFINITY;
  keyValue = embedded;
  executor = createConsulKvExecutor({
    keyValue: {
      ...embedded,
      apply: async (changes, signal) => {
        if (batchesLeft === 0) throw new Error('killed');
        batchesLeft -= 1;
        await embedded.apply(changes, signal);
      },
    },
  });
});

afterEach(() => keyValue.close());

async function put(entries: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(entries)) {
    await keyValue.apply([{ kind: 'set', key, value, revision: 0 }]);
  }
}

const values = async (prefix = '') => {
  const entries = await keyValue.list(prefix);
  return Object.fromEntries(
    entries.flatMap(({ key, value }) => (key.endsWith('/_biotope') ? [] : [[key, value]])),
  );
};

const SPEC = { prefix: 'web', entries: { url: 'http://new', size: 3 } };

async function adopt(
  spec: ResolvedSpec = SPEC,
  terms: { how?: JsonObject; living?: string[] } = {},
) {
  const { how = {}, living = [] } = terms;
  const context = stepContext({ spec });
  const isRecorded = async ({ environment }: { environment: string }) =>
    living.includes(environment);
  const adopted = await executor.adopt?.(context, { how, isRecorded });
  return { record: adopted?.record ?? null, said: context.said.join('\n') };
}

const destroy = (record: JsonObject | null, environment = 'shop') =>
  executor.destroy(stepContext({ environment, prior: priorOf({ spec: SPEC, record }) }));

describe('a prefix whose keys exist', () => {
  it('is adopted: told is what is changed, made and left alone, and no value', async () => {
    await put({ 'web/url': 'http://old', 'web/theirs': 'x', 'web/deep/er': 'y' });
    const { said, record } = await adopt();
    expect(await values()).toEqual({
      'web/url': 'http://new',
      'web/size': '3',
      'web/theirs': 'x',
      'web/deep/er': 'y',
    });
    expect(said.split('\n')).toEqual([
      'web: adopted url',
      'web: changed to what the template says url',
      'web: not there yet and made size',
      'web: left alone deep/er, theirs',
    ]);
    await destroy(record);
    expect(await values()).toEqual({ 'web/theirs': 'x', 'web/deep/er': 'y' });
  });

  it('is adopted whole where there are more keys than go at once', async () => {
    const entries = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`k${at}`, `v${at}`]),
    );
    await put(Object.fromEntries(Object.keys(entries).map((key) => [`web/${key}`, 'old'])));
    batchesLeft = 2;
    const spec = { prefix: 'web', entries };
    await expect(adopt(spec)).rejects.toThrow('killed');
    const looked = await executor.inspect(stepContext({ spec, prior: priorOf({ spec }) }));
    expect(looked.finding).toBe('partial');
    batchesLeft = Number.POSITIVE_INFINITY;
    const { record } = await adopt(spec);
    const found = await executor.inspect(stepContext({ spec, prior: priorOf({ spec, record }) }));
    expect(found.finding).toBe('present');
  });

  it('is refused where none of them is the template’s', async () => {
    await put({ 'web/theirs': 'x' });
    await expect(adopt()).rejects.toMatchObject({
      left: null,
      failure: { code: 'ADOPTION_REFUSED' },
    });
    expect(await values()).toEqual({ 'web/theirs': 'x' });
  });
});

describe('a prefix that is marked as the own of another environment', () => {
  const ofBlue = () => executor.apply(stepContext({ spec: SPEC, environment: 'blue' }));

  it('is not taken as long as that one lives', async () => {
    await ofBlue();
    const before = await keyValue.list('');
    await expect(adopt(SPEC, { living: ['blue'] })).rejects.toMatchObject({
      left: null,
      failure: { code: 'ADOPTION_REFUSED', message: expect.stringContaining('say from=blue') },
    });
    expect(await keyValue.list('')).toEqual(before);
  });

  it('is taken once that one is gone, and where a person names it', async () => {
    const { record } = await ofBlue();
    await adopt(SPEC, { living: ['blue'], how: { from: 'blue' } });
    await destroy(record, 'blue');
    expect(Object.keys(await values())).toEqual(['web/size', 'web/url']);
    await expect(adopt()).resolves.toMatchObject({ record: expect.anything() });
  });

  it('is left as it is so far as the template does not know its keys', async () => {
    await executor.apply(
      stepContext({ environment: 'blue', spec: { prefix: 'web', entries: { size: 3, old: 1 } } }),
    );
    const { record } = await adopt();
    await destroy(record);
    expect(await values()).toEqual({ 'web/old': '1' });
  });
});

describe('what a person says of an adoption', () => {
  it('is a former owner or nothing', () => {
    const check = consulKvDefinition.checkAdoption;
    expect(check?.(SPEC, {})).toEqual([]);
    expect(check?.(SPEC, { from: 'blue' })).toEqual([]);
    expect(check?.(SPEC, { form: 'blue' })).toEqual([expect.stringContaining('"from"')]);
    expect(check?.(SPEC, { from: 7 })).toHaveLength(1);
  });
});
