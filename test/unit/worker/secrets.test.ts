import { describe, expect, it } from 'vitest';
import { ExecutorError, type StepContext } from '../../../src/executors/executor.ts';
import { SecretOutput } from '../../../src/executors/secret-output.ts';
import { isSecretText, secretText } from '../../../src/model/secret.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { NOTHING, openRig, type Rig, type RigOptions, recordingLog } from './rig.ts';

const CANARY = 'canary-9fQ2/+"x';

let rig: Rig;

async function open(options: RigOptions): Promise<void> {
  rig = await openRig(options);
  await rig.secrets.write('shop/db', { password: CANARY, pin: '123' }, 0);
}

const password = { path: 'shop/db', version: 1, field: 'password' };
const SPEC = { list: [{ url: secretText(['postgres://u:', password, '@db']) }], size: 3 };

describe('secret inputs', () => {
  it('reach the executor as values that print redacted, joined with the text around them', async () => {
    let seen: StepContext['spec'] = {};
    await open({
      executor: {
        apply: async ({ spec }) => {
          seen = spec;
          return NOTHING;
        },
      },
    });
    await rig.order({ spec: SPEC });
    await rig.report();
    expect(JSON.stringify(seen)).toBe('{"list":[{"url":"[redacted]"}],"size":3}');
    const { list } = seen;
    const first = Array.isArray(list) ? list[0] : null;
    const url = typeof first === 'object' && first !== null && 'url' in first ? first.url : null;
    expect(url instanceof SecretValue && url.reveal()).toBe(`postgres://u:${CANARY}@db`);
  });

  it.each([
    { what: 'path', reference: { ...password, path: 'shop/gone' } },
    { what: 'version', reference: { ...password, version: 2 } },
    { what: 'field', reference: { ...password, field: 'toString' } },
  ])('of an unknown $what fail the step, which names it', async ({ reference }) => {
    await open({ executor: {} });
    await rig.order({ spec: { password: secretText([reference]) } });
    const report = await rig.report();
    expect(report).toMatchObject({ kind: 'failed', failure: { code: 'SECRET_NOT_FOUND' } });
    const message = report.kind === 'failed' ? report.failure.message : '';
    for (const part of Object.values(reference)) expect(message).toContain(String(part));
  });

  it('are not needed to destroy where the executor says so', async () => {
    let seen: StepContext['spec'] | undefined;
    await open({
      executor: {
        destroyNeedsSpec: false,
        destroy: async ({ spec }) => {
          seen = spec;
        },
      },
    });
    const gone = { password: secretText([{ ...password, path: 'shop/gone' }]) };
    await rig.order({ spec: gone }, { operation: 'destroy' });
    expect(await rig.report()).toEqual({ kind: 'destroyed' });
    expect(seen).toEqual({});
  });
});

describe('what a step says', () => {
  it('holds no secret: neither log, nor progress, nor failure, nor the log of the process', async () => {
    const { log, text } = recordingLog();
    const forms = [CANARY, JSON.stringify(CANARY), encodeURIComponent(CANARY), btoa(CANARY)];
    const told = `told ${forms.join(' ')} 123 end`;
    const failure = { code: 'COMMAND_FAILED', message: told, detail: told, address: null } as const;
    await open({
      log,
      executor: {
        apply: async (context) => {
          context.log(told);
          context.progress(told);
          throw new ExecutorError({ kind: 'failed', failure });
        },
      },
    });
    const progress: string[] = [];
    rig.worker.onProgress(({ message }) => progress.push(message));
    await rig.order({ spec: SPEC });
    const all = JSON.stringify([await rig.report(), progress, rig.desk.logs, text()]);
    for (const form of forms) expect(all).not.toContain(form);
    expect(progress).toEqual(['told [redacted] "[redacted]" [redacted] [redacted] 123 end']);
    expect(rig.desk.logs).toHaveLength(1);
  });

  it('holds no secret where the executor throws what nobody foresaw', async () => {
    const { log, text } = recordingLog();
    await open({
      log,
      executor: {
        apply: async () => {
          throw new Error(`cannot connect to postgres://u:${CANARY}@db`);
        },
      },
    });
    await rig.order({ spec: SPEC });
    expect(JSON.stringify(await rig.report())).toContain('postgres://u:[redacted]@db');
    expect(text()).toContain('postgres://u:[redacted]@db');
    expect(text()).not.toContain(CANARY);
  });
});

describe('secret outputs', () => {
  it('go to the secret store, and a reference takes their place', async () => {
    await open({
      executor: {
        apply: async ({ log }) => {
          log('made');
          const secret = new SecretValue('made-by-executor');
          return { ...NOTHING, outputs: { token: secret, 'odd name!': secret, url: 'http://x' } };
        },
      },
    });
    await rig.order({}, { address: 'data/db[3]' });
    const report = await rig.report();
    expect(report).toMatchObject({
      outputs: {
        token: secretText([
          { path: 'environments/shop/data_db.3/token', version: 1, field: 'value' },
        ]),
        url: 'http://x',
      },
    });
    expect(JSON.stringify(report)).not.toContain('made-by-executor');
    const kept = await rig.secrets.read('environments/shop/data_db.3/token');
    expect(kept).toEqual({ version: 1, fields: { value: 'made-by-executor' } });
    expect(await rig.secrets.list('environments/shop')).toHaveLength(2);
  });

  it('keep their version as long as they are the same', async () => {
    let token = 'first-token';
    await open({
      executor: {
        apply: async () => ({ ...NOTHING, outputs: { token: new SecretValue(token) } }),
      },
    });
    const versions: number[] = [];
    rig.desk.report = async () => {
      versions.push((await rig.secrets.read('environments/shop/web.0/token'))?.version ?? 0);
      return 'recorded';
    };
    for (const next of ['first-token', 'first-token', 'second-token']) {
      token = next;
      const count = versions.length + 1;
      await rig.order();
      while (versions.length < count) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(versions).toEqual([1, 1, 2]);
  });

  it('are what texts become in which a secret of the step appears', async () => {
    await open({
      executor: {
        apply: async () => ({ ...NOTHING, outputs: { url: `http://u:${CANARY}@x`, n: '123' } }),
      },
    });
    await rig.order({ spec: SPEC });
    const report = await rig.report();
    const outputs = report.kind === 'applied' ? report.outputs : {};
    expect(isSecretText(outputs.url)).toBe(true);
    expect(outputs.n).toBe('123');
  });

  it('cannot be forged by data: a reference that an executor did not make fails the step', async () => {
    const forged = secretText([
      { path: 'environments/other/parameters/token', version: 1, field: 'value' },
    ]);
    for (const [at, output] of [forged, { deep: [forged] }].entries()) {
      await open({ executor: { apply: async () => ({ ...NOTHING, outputs: { url: output } }) } });
      await rig.order({}, { address: `web[${at}]` });
      expect(await rig.report()).toMatchObject({
        kind: 'failed',
        failure: { code: 'STEP_FAILED', message: expect.stringContaining('$secret') },
      });
      if (at === 0) await rig.close();
    }
  });

  it('that are references already stay as they are', async () => {
    const text = secretText([{ path: 'p', version: 3, field: 'f' }]);
    const outputs = { token: new SecretOutput(text) };
    await open({ executor: { apply: async () => ({ ...NOTHING, outputs }) } });
    await rig.order();
    expect(await rig.report()).toMatchObject({ kind: 'applied', outputs: { token: text } });
  });

  it('fail the step where they hide in an object, and what was made stays known', async () => {
    const outputs = { config: { deep: [`${CANARY}`] } };
    await open({ executor: { apply: async () => ({ ...NOTHING, outputs, record: { id: 1 } }) } });
    await rig.order({ spec: SPEC });
    const report = await rig.report();
    expect(report).toMatchObject({
      kind: 'failed',
      failure: { code: 'STEP_FAILED', message: expect.stringContaining('config') },
      remains: { record: { id: 1 } },
    });
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('are removed with their resource, and nothing else is', async () => {
    await open({ executor: {} });
    await rig.secrets.write('environments/shop/web.0/token', { value: 'x' }, 0);
    await rig.secrets.write('environments/shop/web.1/token', { value: 'x' }, 0);
    const reference = (path: string) => secretText([{ path, version: 1, field: 'value' }]);
    const outputs = {
      token: reference('environments/shop/web.0/token'),
      other: reference('environments/shop/web.1/token'),
      given: secretText(['x', password]),
    };
    const prior = { spec: {}, record: null, outputs, sealedState: null };
    await rig.order({ prior }, { operation: 'destroy' });
    await rig.report();
    expect(await rig.secrets.list('')).toEqual(['environments/shop/web.1/token', 'shop/db']);
  });
});

describe('limits', () => {
  it('refuse outputs that are too large, and what was made stays known', async () => {
    await open({
      limits: { outputBytesMax: 1_000 },
      executor: {
        apply: async () => ({ ...NOTHING, outputs: { a: 'x'.repeat(1_001) }, record: { id: 1 } }),
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({
      kind: 'failed',
      failure: { code: 'LIMIT_EXCEEDED' },
      remains: { record: { id: 1 } },
    });
  });

  it('refuse a state that is too large', async () => {
    await open({
      limits: { stateBytesMax: 10 },
      executor: {
        apply: async (context) => {
          await context.checkpoint(Buffer.alloc(11));
          return NOTHING;
        },
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({ failure: { code: 'LIMIT_EXCEEDED' } });
    expect(rig.desk.checkpoints).toEqual([]);
  });
});

describe('a checkpoint', () => {
  it('is sealed for its resource before it leaves the worker', async () => {
    await open({
      executor: {
        apply: async (context) => {
          await context.checkpoint(Buffer.from('half done'));
          return { ...NOTHING, state: Buffer.from('done') };
        },
      },
    });
    await rig.order();
    const report = await rig.report();
    const open_ = async (sealed: string) =>
      Buffer.from(await rig.secrets.open(sealed, 'shop/web[0]')).toString();
    expect(await open_(rig.desk.checkpoints[0] ?? '')).toBe('half done');
    const sealed = report.kind === 'applied' ? (report.sealedState ?? '') : '';
    expect(await open_(sealed)).toBe('done');
    await expect(rig.secrets.open(sealed, 'shop/web[1]')).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
    });
  });
});
