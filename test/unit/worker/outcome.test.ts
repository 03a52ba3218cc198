import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExecutorError, type StepContext } from '../../../src/executors/executor.ts';
import { BiotopeError } from '../../../src/model/errors.ts';
import type { FailpointName } from '../../../src/platform/failpoint.ts';
import { NOTHING, openRig, type Rig, type RigOptions, recordingLog } from './rig.ts';

let rig: Rig;

async function open(options: RigOptions): Promise<Rig> {
  rig = await openRig(options);
  return rig;
}

const failure = {
  code: 'COMMAND_FAILED',
  message: 'no luck',
  detail: null,
  address: null,
} as const;

describe('an order', () => {
  it('is claimed in the name of the worker, done, and reported with what was left behind', async () => {
    const parts = [{ address: 'a', type: 'thing', dependsOn: [] }];
    await open({
      executor: {
        apply: async () => ({ ...NOTHING, outputs: { url: 'http://x' }, record: { id: 7 }, parts }),
      },
    });
    await rig.order();
    expect(await rig.report()).toEqual({
      kind: 'applied',
      outputs: { url: 'http://x' },
      record: { id: 7 },
      parts,
      sealedState: null,
    });
  });

  it('is dropped where the claim is not granted', async () => {
    let calls = 0;
    await open({
      executor: {
        apply: async () => {
          calls += 1;
          return NOTHING;
        },
      },
    });
    await rig.bus.sendOrder({ ...(await orderOf(rig)), address: 'gone[0]' });
    await rig.order({}, { address: 'here[0]' });
    await rig.report();
    expect(rig.desk.claims.map(({ address }) => address)).toEqual(['gone[0]', 'here[0]']);
    expect(calls).toBe(1);
  });

  it('is claimed again where the server did not answer', async () => {
    await open({ executor: {} });
    const claim = rig.desk.claim;
    let refusals = 2;
    rig.desk.claim = async (order, worker) => {
      refusals -= 1;
      if (refusals >= 0) throw new BiotopeError('STORE_UNAVAILABLE', { message: 'away' });
      return claim(order, worker);
    };
    await rig.order();
    expect(await rig.report()).toMatchObject({ kind: 'applied' });
  });

  it('fails where the worker does not know the executor', async () => {
    await open({ executor: {} });
    await rig.order({ executor: 'kubernetes' });
    expect(await rig.report()).toMatchObject({
      kind: 'failed',
      retryable: false,
      failure: { code: 'EXECUTOR_UNKNOWN', address: 'web[0]' },
    });
  });

  it('gives the executor what was recorded, with the state in the clear', async () => {
    const seen: StepContext[] = [];
    await open({
      executor: {
        destroy: async (context) => {
          seen.push(context);
        },
      },
    });
    const state = Buffer.from('the state');
    const sealedState = await rig.secrets.seal(state, 'shop/web[0]');
    const prior = { spec: { a: 1 }, record: { id: 1 }, outputs: { url: 'u' } };
    await rig.order({ prior: { ...prior, sealedState }, spec: { a: 1 } }, { operation: 'destroy' });
    expect(await rig.report()).toEqual({ kind: 'destroyed' });
    expect(seen[0]).toMatchObject({
      stepId: 'run-1/web[0]',
      environment: 'shop',
      address: 'web[0]',
      attempt: 1,
      prior,
    });
    expect(Buffer.from(seen[0]?.prior?.state ?? []).toString()).toBe('the state');
  });

  it('visits the failpoints around the effect', async () => {
    const visited: string[] = [];
    const failpoint = (name: FailpointName) => visited.push(name);
    await open({
      failpoint,
      executor: {
        apply: async () => {
          visited.push('effect');
          return NOTHING;
        },
      },
    });
    await rig.order();
    await rig.report();
    expect(visited).toEqual(['effect.before', 'effect', 'effect.after']);
  });

  it('lets no more steps be in hand than the worker may have', async () => {
    let [running, most] = [0, 0];
    const done = Promise.withResolvers<void>();
    let left = 6;
    await open({
      concurrency: 2,
      executor: {
        apply: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          left -= 1;
          if (left === 0) done.resolve();
          return NOTHING;
        },
      },
    });
    for (let at = 0; at < 6; at += 1) await rig.order({}, { address: `web[${at}]` });
    await done.promise;
    expect(most).toBe(2);
  });
});

describe('a failure', () => {
  it('is reported with what it left behind, sealed', async () => {
    const left = { record: { half: true }, parts: [], state: Buffer.from('half') };
    await open({
      executor: {
        apply: async () => {
          throw new ExecutorError({ kind: 'failed', failure, retryable: true, left });
        },
      },
    });
    await rig.order();
    const report = await rig.report();
    expect(report).toMatchObject({
      kind: 'failed',
      retryable: true,
      failure: { code: 'COMMAND_FAILED', message: 'no luck', address: 'web[0]' },
      remains: { record: { half: true } },
    });
    const sealed = report.kind === 'failed' ? (report.remains?.sealedState ?? '') : '';
    expect(Buffer.from(await rig.secrets.open(sealed, 'shop/web[0]')).toString()).toBe('half');
  });

  it('whose end nobody knows is reported as unknown, and its work folder is kept', async () => {
    await open({
      executor: {
        needsFiles: true,
        apply: async () => {
          throw new ExecutorError({ kind: 'undeterminable', failure });
        },
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({
      kind: 'unknown',
      failure: { message: 'no luck' },
      remains: null,
    });
    await rig.worker.stop({ graceMs: 0 });
    expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
  });

  it.each(['apply', 'inspect'] as const)(
    'to hand over the state of an %s is reported as unknown, and the folder with it stays',
    async (operation) => {
      const done = { ...NOTHING, record: { id: 7 }, state: Buffer.alloc(2_000) };
      await open({
        limits: { stateBytesMax: 1_000 },
        executor: {
          needsFiles: true,
          apply: async () => done,
          inspect: async () => ({ ...done, finding: 'present', differences: [] }),
        },
      });
      await rig.order({}, { operation });
      expect(await rig.report()).toMatchObject({
        kind: 'unknown',
        failure: { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('work/run-1/web.0') },
        remains: { record: { id: 7 }, sealedState: null },
      });
      await rig.worker.stop({ graceMs: 0 });
      expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
    },
  );

  it('to hand over the state of a failed attempt is reported as unknown as well', async () => {
    const left = { record: null, parts: [], state: Buffer.alloc(2_000) };
    await open({
      limits: { stateBytesMax: 1_000 },
      executor: {
        apply: async () => {
          throw new ExecutorError({ kind: 'failed', failure, left });
        },
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({
      kind: 'unknown',
      failure: { code: 'LIMIT_EXCEEDED' },
    });
  });

  it('that nobody foresaw is reported as internal and logged with its stack', async () => {
    const { log, text } = recordingLog();
    await open({
      log,
      executor: {
        apply: async () => {
          throw new TypeError('x is not a function');
        },
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({
      kind: 'failed',
      retryable: false,
      failure: { code: 'INTERNAL' },
    });
    expect(text()).toContain('x is not a function');
    expect(text()).toContain('outcome.test.ts');
  });

  it('of a port keeps its code, and is worth another attempt where the table says so', async () => {
    await open({
      executor: {
        apply: async () => {
          throw new BiotopeError('STORE_UNAVAILABLE', { message: 'the key-value store is away' });
        },
      },
    });
    await rig.order();
    expect(await rig.report()).toMatchObject({
      retryable: true,
      failure: { code: 'STORE_UNAVAILABLE' },
    });
  });
});

describe('an inspection', () => {
  it('is reported with its finding, and logs as every claim does', async () => {
    await open({
      executor: {
        inspect: async ({ log }) => {
          log('looking');
          const differences = [{ subject: 'key', kind: 'missing' as const, detail: 'is gone' }];
          return { ...NOTHING, finding: 'partial', differences };
        },
      },
    });
    await rig.order({}, { operation: 'inspect' });
    expect(await rig.report()).toMatchObject({
      kind: 'inspected',
      finding: 'partial',
      differences: [{ subject: 'key', kind: 'missing', detail: 'is gone' }],
    });
    expect(rig.desk.logs).toEqual([{ offset: 0, text: 'looking\n' }]);
  });
});

async function orderOf({ desk }: Rig) {
  await rig.order({}, { address: 'template[0]', pool: 'nobody' });
  const grant = desk.grants.get('template[0]');
  if (grant === undefined) throw new Error('no grant');
  return { ...grant.order, pool: 'default' };
}
