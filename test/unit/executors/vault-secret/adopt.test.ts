import { describe, expect, it } from 'vitest';
import type { ResolvedSpec } from '../../../../src/executors/executor.ts';
import { vaultSecretDefinition } from '../../../../src/executors/vault-secret/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { priorOf, stepContext } from '../step.ts';
import { setStage } from './stage.ts';

const stage = setStage();

const SPEC = { path: 'p', generate: { password: { length: 8 } }, values: { user: 'shop' } };

const fields = () => stage.fields('p');

interface Terms {
  how?: JsonObject;
  /** Environments that live. */
  living?: string[];
  prior?: JsonObject | null;
  stepId?: string;
}

async function adopt(spec: ResolvedSpec = SPEC, terms: Terms = {}) {
  const { how = {}, living = [], prior = null, stepId = 'run-1/web[0]' } = terms;
  const context = stepContext({
    spec,
    stepId,
    prior: prior === null ? null : priorOf({ record: prior }),
  });
  const isRecorded = async ({ environment }: { environment: string }) =>
    living.includes(environment);
  const adopted = await stage.executor.adopt?.(context, { how, isRecorded });
  return { ...adopted, record: adopted?.record ?? null, said: context.said };
}

const existing = (given: Record<string, string>) => stage.secrets.write('p', given, 0);

/** Made by a resource of another environment. */
const ofAnother = async () => {
  await stage.executor.apply(stepContext({ spec: SPEC, environment: 'blue' }));
  return fields();
};

describe('a secret that exists', () => {
  it('is adopted with its own values, those given by the template excepted', async () => {
    await existing({ password: 'of old', user: 'admin' });
    const { outputs, said } = await adopt();
    expect(await fields()).toEqual({ password: 'of old', user: 'shop' });
    expect(outputs).toMatchObject({ path: 'p', version: 2 });
    expect(said.join('\n')).toContain('user changed');
    expect(said.join('\n')).not.toMatch(/of old|admin/);
  });

  it('generates nothing anew later either', async () => {
    await existing({ password: 'of old', user: 'shop' });
    const { record } = await adopt();
    const spec = { ...SPEC, values: { user: 'other' } };
    const prior = priorOf({ spec: SPEC, record });
    await stage.executor.apply(stepContext({ spec, prior, stepId: 'run-2/web[0]' }));
    expect(await fields()).toEqual({ password: 'of old', user: 'other' });
  });

  it('keeps fields of which the template knows nothing, through every change and removal', async () => {
    await existing({ password: 'of old', user: 'shop', theirs: 'x' });
    const { record, said } = await adopt();
    expect(said.join('\n')).toContain('theirs left alone');
    const spec = { ...SPEC, values: { user: 'other' } };
    const at = (prior: JsonObject | null, step: string) =>
      stepContext({ spec, prior: priorOf({ spec, record: prior }), stepId: `${step}/web[0]` });
    const changed = await stage.executor.apply(at(record, 'run-2'));
    const rotated = await stage.executor.rotate?.(at(changed.record, 'run-3'));
    expect(await fields()).toMatchObject({ user: 'other', theirs: 'x' });
    expect(await stage.executor.inspect(at(rotated?.record ?? null, 'run-3'))).toMatchObject({
      finding: 'present',
    });
    const last = at(rotated?.record ?? null, 'run-4');
    await stage.executor.destroy(last);
    // Its worker died before it could say so.
    await stage.executor.destroy(last);
    expect((await stage.secrets.read('p'))?.fields).toEqual({ theirs: 'x' });
  });
});

describe('an adoption', () => {
  it.each<[string, Record<string, string>, string]>([
    ['of what lacks a generated field', { user: 'shop' }, 'no field password'],
    ['of what lacks several fields', { other: 'x' }, 'no field password, user'],
  ])('is refused with the names of the fields: %s', async (_name, given, said) => {
    await existing(given);
    await expect(adopt()).rejects.toMatchObject({
      left: null,
      failure: { code: 'ADOPTION_REFUSED', message: expect.stringContaining(said) },
    });
    expect(await fields()).toEqual(given);
  });

  it('takes the version that a person saw, and no other', async () => {
    await existing({ password: 'of old', user: 'shop' });
    await stage.secrets.write('p', { password: 'newer', user: 'shop' }, 1);
    await expect(adopt(SPEC, { how: { version: 1 } })).rejects.toThrow('is 2, not 1');
    const { outputs } = await adopt(SPEC, { how: { version: '2' } });
    // Lost, and done again.
    expect((await adopt(SPEC, { how: { version: '2' } })).outputs).toEqual(outputs);
  });

  it('takes nothing from an owner that lives, unless that one is named', async () => {
    const before = await ofAnother();
    const living = ['blue'];
    await expect(adopt(SPEC, { living })).rejects.toThrow('say from=blue');
    await expect(adopt(SPEC, { living, how: { from: 'green' } })).rejects.toThrow('blue');
    await adopt(SPEC, { living, how: { from: 'blue' } });
    expect(await fields()).toEqual(before);
    const prior = priorOf({ spec: SPEC, record: { secrets: [{ path: 'p', version: 1 }] } });
    await stage.executor.destroy(stepContext({ environment: 'blue', prior }));
    expect(await fields()).toEqual(before);
  });

  it('takes what is left of an owner that is gone', async () => {
    const before = await ofAnother();
    await adopt();
    expect(await fields()).toEqual(before);
  });

  it.each<[JsonObject, string]>([
    [{ version: 0 }, 'version'],
    [{ version: 'new' }, 'version'],
    [{ form: 'blue' }, 'Did you mean "from"?'],
  ])('is described by version and former owner alone: %j', (how, said) => {
    expect(vaultSecretDefinition.checkAdoption?.(SPEC, how).join()).toContain(said);
  });
});

describe('a rotation', () => {
  const rotate = (stepId: string, spec: ResolvedSpec = SPEC) =>
    stage.executor.rotate?.(stepContext({ spec, stepId }));

  it('makes what was generated anew, and leaves what was given', async () => {
    await stage.executor.apply(stepContext({ spec: SPEC }));
    const before = await fields();
    const rotated = await rotate('run-2/web[0]');
    expect(rotated?.outputs).toMatchObject({ version: 2 });
    const after = await fields();
    expect(after).toMatchObject({ user: 'shop' });
    expect(after.password).toHaveLength(8);
    expect(after.password).not.toBe(before.password);
  });

  it('is made once for one step, and again for the next', async () => {
    await stage.executor.apply(stepContext({ spec: SPEC }));
    const first = await rotate('run-2/web[0]');
    const made = await fields();
    expect(await rotate('run-2/web[0]')).toEqual(first);
    expect(await fields()).toEqual(made);
    expect((await rotate('run-3/web[0]'))?.outputs).toMatchObject({ version: 3 });
  });

  it('touches nothing of somebody else', async () => {
    await existing({ password: 'theirs', user: 'x' });
    await expect(rotate('run-2/web[0]')).rejects.toMatchObject({
      failure: { code: 'KEY_CONFLICT' },
    });
    expect(await fields()).toEqual({ password: 'theirs', user: 'x' });
  });

  it('is possible where something is generated', () => {
    expect(vaultSecretDefinition.canRotate?.(SPEC)).toBe(true);
    expect(vaultSecretDefinition.canRotate?.({ path: 'p', values: { a: 'b' } })).toBe(false);
    expect(vaultSecretDefinition.canRotate?.({ path: 'p', generate: {} })).toBe(false);
  });
});
