import { describe, expect, it } from 'vitest';
import type { Prior, ResolvedSpec } from '../../../../src/executors/executor.ts';
import { SecretOutput } from '../../../../src/executors/secret-output.ts';
import { createVaultSecretExecutor } from '../../../../src/executors/vault-secret/vault-secret.ts';
import { secretText } from '../../../../src/model/secret.ts';
import { SecretValue } from '../../../../src/platform/secret-value.ts';
import type { Secrets } from '../../../../src/secrets/secrets.ts';
import { priorOf, stepContext } from '../step.ts';
import { setStage } from './stage.ts';

const stage = setStage();

async function apply(spec: ResolvedSpec, prior: Prior | null = null, stepId = 'run-1/web[0]') {
  return stage.executor.apply(stepContext({ spec, prior, stepId }));
}

const { fields } = stage;

const reference = (field: string) =>
  new SecretOutput(secretText([{ path: 'p', version: 1, field }]));

const GENERATED = { path: 'p', generate: { password: { length: 32 } } };

describe('the outputs', () => {
  it('are references to every field of the version that was written', async () => {
    const spec = { ...GENERATED, values: { user: 'shop' } };
    const { outputs } = await apply(spec);
    expect(outputs).toEqual({
      password: reference('password'),
      user: reference('user'),
      path: 'p',
      version: 1,
    });
  });
});

describe('a generated field', () => {
  it.each([
    ['alphanumeric', /^[A-Za-z0-9]{40}$/],
    ['letters', /^[A-Za-z]{40}$/],
    ['digits', /^[0-9]{40}$/],
    ['hex', /^[0-9a-f]{40}$/],
    ['printable', /^[!-~]{40}$/],
  ])('has the characters and the length it was asked for: %s', async (characters, pattern) => {
    await apply({ path: 'p', generate: { a: { length: 40, characters } } });
    expect((await fields('p')).a).toMatch(pattern);
  });

  it('takes every character about as often as any other', async () => {
    const generate = Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`f${at}`, { length: 128, characters: 'hex' }]),
    );
    await apply({ path: 'p', generate });
    const counts = new Map<string, number>();
    for (const letter of Object.values(await fields('p')).join('')) {
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(16);
    // 10,240 draws: 640 each, and a deviation of 8 sigma does not happen by chance.
    for (const count of counts.values()) expect(Math.abs(count - 640)).toBeLessThan(200);
  });

  it('is another one each time it is made', async () => {
    await apply(GENERATED);
    await apply({ ...GENERATED, path: 'q' });
    expect((await fields('p')).password).not.toBe((await fields('q')).password);
  });

  it('stays as long as its rule does, whatever else changes', async () => {
    await apply(GENERATED);
    const before = await fields('p');
    const spec = { ...GENERATED, values: { user: 'x' } };
    const { outputs } = await apply(spec, priorOf({ spec: GENERATED }), 'run-2/web[0]');
    expect(outputs.version).toBe(2);
    expect(await fields('p')).toEqual({ ...before, user: 'x' });
  });

  it('is made anew when its rule changes', async () => {
    await apply(GENERATED);
    const before = await fields('p');
    await apply(
      { path: 'p', generate: { password: { length: 33 } } },
      priorOf({ spec: GENERATED }),
    );
    expect((await fields('p')).password).toHaveLength(33);
    expect((await fields('p')).password?.slice(0, 32)).not.toBe(before.password);
  });

  it('moves with its secret to another path, and the old one is removed', async () => {
    await apply(GENERATED);
    const before = await fields('p');
    await apply({ ...GENERATED, path: 'q' }, priorOf({ spec: GENERATED }), 'run-2/web[0]');
    expect(await fields('q')).toEqual(before);
    expect(await stage.secrets.list('')).toEqual(['q']);
  });
});

describe('a new version', () => {
  it('is written only where something changed', async () => {
    const { record } = await apply(GENERATED);
    const prior = priorOf({ spec: GENERATED, record });
    expect((await apply(GENERATED, prior, 'run-2/web[0]')).outputs.version).toBe(1);
    await stage.executor.inspect(stepContext({ spec: GENERATED, prior }));
    expect((await stage.secrets.read('p'))?.version).toBe(1);
  });

  it('is refused where somebody else was quicker', async () => {
    const racing: Secrets = {
      ...stage.secrets,
      read: async (path, version, signal) => {
        const found = await stage.secrets.read(path, version, signal);
        if (found === undefined) await stage.secrets.write('p', { theirs: 'x' }, 0);
        return found;
      },
    };
    const context = stepContext({ spec: GENERATED });
    await expect(
      createVaultSecretExecutor({ secrets: racing }).apply(context),
    ).rejects.toMatchObject({
      kind: 'failed',
      failure: { code: 'KEY_CONFLICT' },
    });
    expect(await fields('p')).toEqual({ theirs: 'x' });
  });
});

describe('a secret of somebody else', () => {
  it('is neither changed nor removed, and its values are not told', async () => {
    await stage.secrets.write('p', { password: 'their-value' }, 0);
    const context = stepContext({ spec: GENERATED });
    const error = await stage.executor.apply(context).catch((thrown) => thrown);
    expect(error.failure).toMatchObject({ code: 'KEY_CONFLICT' });
    expect(JSON.stringify(error.failure)).not.toContain('their-value');
    await stage.executor.destroy(stepContext({ prior: priorOf({ spec: GENERATED }) }));
    expect(await fields('p')).toEqual({ password: 'their-value' });
  });

  it('leaves nothing behind of what was refused, and can be adopted', async () => {
    await stage.secrets.write('p', { theirs: 'x' }, 0);
    await expect(stage.executor.apply(stepContext({ spec: GENERATED }))).rejects.toMatchObject({
      left: null,
      failure: { message: expect.stringMatching(/biotope environment adopt \S+ --resource web"/) },
    });
  });

  it('may be another resource’s of ours: the way out is named', async () => {
    await apply(GENERATED);
    const other = stepContext({ identity: 'other[0]', spec: GENERATED });
    await expect(stage.executor.apply(other)).rejects.toMatchObject({
      failure: {
        code: 'KEY_CONFLICT',
        message: expect.stringMatching(/belongs to web\[0\] of this .* movedFrom: \[web\]/),
      },
    });
    const elsewhere = stepContext({ environment: 'green', spec: GENERATED });
    await expect(stage.executor.rotate?.(elsewhere)).rejects.toMatchObject({
      failure: {
        message: expect.stringMatching(/belongs to the resource web\[0\] of .* web=from=/),
      },
    });
  });
});

describe('an inspection', () => {
  it('tells that somebody wrote another version by hand, and the next apply takes it over', async () => {
    const { record } = await apply(GENERATED);
    const prior = priorOf({ spec: GENERATED, record });
    const current = (await stage.secrets.read('p'))?.fields ?? {};
    await stage.secrets.write('p', { ...current, password: 'by-hand-by-hand' }, null);
    const later = { spec: GENERATED, prior, stepId: 'run-2/web[0]' };
    const found = await stage.executor.inspect(stepContext(later));
    expect(found).toMatchObject({ finding: 'partial', differences: [{ subject: 'p' }] });
    expect(JSON.stringify(found)).not.toContain('by-hand');
    const applied = await stage.executor.apply(stepContext(later));
    expect(applied.outputs.version).toBe(2);
    expect(await fields('p')).toEqual({ password: 'by-hand-by-hand' });
  });

  it('names fields that are missing, changed or too many', async () => {
    const spec = { path: 'p', values: { a: '1', b: new SecretValue('2') } };
    await apply(spec);
    const { _biotope = '' } = (await stage.secrets.read('p'))?.fields ?? {};
    await stage.secrets.write('p', { _biotope, a: 'x', c: '3' }, null);
    const { differences } = await stage.executor.inspect(stepContext({ spec }));
    expect(differences.map(({ subject, kind }) => [subject, kind])).toEqual([
      ['p#b', 'missing'],
      ['p#a', 'changed'],
      ['p#c', 'extra'],
    ]);
  });
});

describe('a marker that somebody took away', () => {
  it('is made up for by the record', async () => {
    const { record } = await apply(GENERATED);
    await stage.secrets.write('p', { password: 'put by hand' }, null);
    await apply(GENERATED, priorOf({ spec: GENERATED, record }), 'run-2/web[0]');
    expect((await fields('p')).password).toMatch(/^[A-Za-z0-9]{32}$/);
    await stage.executor.destroy(stepContext({ prior: priorOf({ spec: GENERATED, record }) }));
    expect(await stage.secrets.list('')).toEqual([]);
  });

  it('does not make a younger secret ours', async () => {
    await stage.secrets.write('p', { password: 'theirs' }, 0);
    const record = { secrets: [{ path: 'p', version: 5 }] };
    await stage.executor.destroy(stepContext({ prior: priorOf({ spec: GENERATED, record }) }));
    expect(await fields('p')).toEqual({ password: 'theirs' });
  });
});

describe('a path that Biotope keeps its own secrets at', () => {
  const FOREIGN = 'environments/shop/web.0/token';

  it.each([FOREIGN, 'biotope/intake', 'environments'])('is not written to: %s', async (path) => {
    const spec = { path, values: { value: 'mine' } };
    for (const work of ['plan', 'apply', 'inspect'] as const) {
      await expect(stage.executor[work](stepContext({ spec }))).rejects.toMatchObject({
        failure: { code: 'PATH_INVALID' },
      });
    }
    expect(await stage.secrets.list('')).toEqual([]);
  });

  it('is not removed either, whatever a record says', async () => {
    await stage.secrets.write(FOREIGN, { value: 'of the worker' }, null);
    const spec = { path: FOREIGN };
    const prior = priorOf({ spec, record: { secrets: [{ path: FOREIGN, version: 1 }] } });
    await stage.executor.destroy(stepContext({ prior }));
    expect(await stage.secrets.read(FOREIGN)).toBeDefined();
  });
});
