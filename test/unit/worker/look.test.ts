import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Executor, StepContext } from '../../../src/executors/executor.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import { secretText } from '../../../src/model/secret.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import { createLook } from '../../../src/worker/look.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CANARY = 'canary-41aa';

function lookWith(plan: Executor['plan'], signal = new AbortController().signal) {
  const folder = temporaryFolder();
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'key') });
  onTestFinished(async () => {
    await secrets.close();
  });
  const look = createLook({
    secrets,
    bundles: {
      folder,
      fetch: () => Promise.reject(new Error('no bundle is needed')),
      limits: DEFAULT_LIMITS,
    },
    workFolder: folder,
    ids: systemIds,
    signal,
  });
  const ledger = createLedger().executors.get('ledger');
  if (ledger === undefined) throw new Error('no executor');
  const looked = {
    executor: { ...ledger, plan },
    environment: 'one',
    address: 'a[0]',
    identity: 'a[0]',
    bundleDigest: '',
  };
  return { look, looked, secrets };
}

const password = secretText([{ path: 'one/password', version: 1, field: 'value' }]);

it('shows an executor the inputs and the state in the clear, and nobody what is secret in them', async () => {
  let seen: StepContext | undefined;
  const { look, looked, secrets } = lookWith(async (context) => {
    seen = context;
    const lines = [`password: ${CANARY}`];
    return { changes: [{ subject: 'a', action: 'update', lines }] };
  });
  await secrets.write('one/password', { value: CANARY }, null);
  const sealedState = await secrets.seal(new TextEncoder().encode('before'), 'one/a[0]');
  const prior = { spec: {}, record: { id: 1 }, outputs: {}, sealedState };
  const changes = await look({ ...looked, spec: { password }, prior });
  expect(changes).toEqual([{ subject: 'a', action: 'update', lines: ['password: [redacted]'] }]);
  expect(new TextDecoder().decode(seen?.prior?.state ?? undefined)).toBe('before');
  expect(seen?.prior).toMatchObject({ record: { id: 1 } });
});

it('says why an executor cannot tell, without what is secret', async () => {
  const { look, looked, secrets } = lookWith(async () => {
    throw new Error(`${CANARY} is refused`);
  });
  await secrets.write('one/password', { value: CANARY }, null);
  expect(await look({ ...looked, spec: { password }, prior: null })).toEqual({
    message: '[redacted] is refused',
  });
});

it('tells no secret that was in force until now, whether it is still there or not', async () => {
  const { look, looked, secrets } = lookWith(async ({ priorSecrets }) => {
    const lines = [`password: ${CANARY}-1 -> ${CANARY}-2`, `token: ${CANARY}-out`];
    return { changes: [{ subject: String(priorSecrets), action: 'update', lines }] };
  });
  await secrets.write('one/password', { value: `${CANARY}-1` }, null);
  await secrets.write('one/password', { value: `${CANARY}-2` }, null);
  await secrets.write('one/token', { value: `${CANARY}-out` }, null);
  const of = (path: string, version: number) => secretText([{ path, version, field: 'value' }]);
  const prior = {
    spec: { deep: [{ password }], gone: of('one/gone', 7) },
    record: null,
    outputs: { token: of('one/token', 1) },
    sealedState: null,
  };
  const changes = await look({ ...looked, spec: { password: of('one/password', 2) }, prior });
  expect(changes).toEqual([
    {
      subject: '[redacted],[redacted]',
      action: 'update',
      lines: ['password: [redacted] -> [redacted]', 'token: [redacted]'],
    },
  ]);
});

it('ends with the reason of who gave it up', async () => {
  const { look, looked } = lookWith(
    () => Promise.reject(new Error('stopped')),
    AbortSignal.abort(new Error('enough')),
  );
  await expect(look({ ...looked, spec: {}, prior: null })).rejects.toThrow('enough');
});
