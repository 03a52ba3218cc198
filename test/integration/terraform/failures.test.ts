import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorError, StepStopped } from '../../../src/executors/executor.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import {
  CHAIN,
  exists,
  openRig,
  priorOf,
  type Rig,
  textOf,
  until,
} from '../../fixtures/terraform/rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig(CHAIN, { graceMs: 55_000 });
});

afterEach(() => rig.close());

/** Each script ends with a line in `made`; those of an earlier attempt stay there. */
function chain(changes: Record<number, string> = {}) {
  const made = rig.path('made');
  const scripts = ['first', 'second', 'third'].map(
    (name, at) => `${changes[at] ?? 'true'} && echo ${name} >> ${made}`,
  );
  return { module: './modules/chain', variables: { scripts } };
}

async function errorOf(work: Promise<unknown>): Promise<ExecutorError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ExecutorError) return error;
  throw new Error('it did not reject with an ExecutorError', { cause: error });
}

const processIn = async () => JSON.parse(await textOf(rig.path('work/terraform.pid'))).pid;

describe('an apply that fails half way', () => {
  it('keeps what was made, and the next attempt goes on from there', async () => {
    const spec = chain({ 1: 'exit 3' });
    const error = await errorOf(rig.executor.apply(rig.context({ spec })));
    expect(error).toMatchObject({ kind: 'failed', retryable: false });
    expect(error.left?.parts.map(({ address }) => address)).toEqual([
      'module.main.terraform_data.first',
      'module.main.terraform_data.second',
    ]);
    const mended = rig.context({ spec: chain(), prior: priorOf(error.left) });
    const { outputs } = await rig.executor.apply(mended);
    expect(outputs).toEqual({ revision: '1' });
    expect(await textOf(rig.path('made'))).toBe('first\nsecond\nthird\n');
  });

  it('says what, where in the author’s own file and why, without secrets', async () => {
    const variables = { password: new SecretValue('canary-in-error') };
    const module = `
variable "password" {}

resource "terraform_data" "broken" {
  provisioner "local-exec" {
    command = "echo $SECRET; exit 1"
    environment = { SECRET = nonsensitive(var.password) }
  }
}
`;
    await rig.close();
    rig = await openRig({ 'modules/broken/main.tf': module });
    const spec = { module: './modules/broken', variables };
    const { failure } = await errorOf(rig.executor.apply(rig.context({ spec })));
    expect(failure.code).toBe('TERRAFORM_FAILED');
    expect(failure.detail).toContain('modules/broken/main.tf:5');
    expect(failure.detail).toContain('[redacted]');
    expect(JSON.stringify([failure, rig.said])).not.toContain('canary-in-error');
  });

  it('is worth another attempt where the other side was only busy', async () => {
    const spec = chain({ 1: '(echo "429 Too Many Requests" >&2; exit 1)' });
    expect(await errorOf(rig.executor.apply(rig.context({ spec })))).toMatchObject({
      kind: 'failed',
      retryable: true,
    });
  });

  it('changes nothing where the configuration is wrong', async () => {
    await rig.close();
    rig = await openRig({ 'm/main.tf': 'resource "terraform_data" "a" {\n  inputs = 1\n}\n' });
    const error = await errorOf(rig.executor.apply(rig.context({ spec: { module: './m' } })));
    expect(error).toMatchObject({ kind: 'failed', retryable: false });
    expect(error.failure.detail).toContain('m/main.tf:2');
    expect(error.left).toMatchObject({ parts: [], state: null });
  });
});

describe('a destroy that fails half way', () => {
  it('keeps what is still there, and the next attempt goes on from there', async () => {
    const guarded = `
resource "terraform_data" "first" {
  provisioner "local-exec" {
    when    = destroy
    command = "test -e allowed"
  }
}

resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
}
`;
    await rig.close();
    rig = await openRig({ 'm/main.tf': guarded });
    const spec = { module: './m' };
    const applied = await rig.executor.apply(rig.context({ spec }));
    const prior = priorOf(applied);
    const error = await errorOf(rig.executor.destroy(rig.context({ spec, prior })));
    expect(error.left?.parts).toMatchObject([{ address: 'module.main.terraform_data.first' }]);
    expect(error.left?.record).toEqual(applied.record);
    await writeFile(rig.path('work/allowed'), '');
    await rig.executor.destroy(rig.context({ spec, prior: priorOf(error.left) }));
    expect(JSON.parse(rig.saved.at(-1) ?? '')).toMatchObject({ resources: [] });
  });
});

describe('an apply that is cancelled in the middle', () => {
  it('ends cleanly with its state, and the next attempt repeats nothing that was finished', async () => {
    const controller = new AbortController();
    const spec = chain({ 1: `touch ${rig.path('begun')} && sleep 60` });
    const work = errorOf(rig.executor.apply(rig.context({ spec, signal: controller.signal })));
    await until(() => exists(rig.path('begun')));
    controller.abort(new StepStopped('cancelled'));
    const error = await work;
    expect(error).toMatchObject({ kind: 'cancelled', failure: { code: 'INTERRUPTED' } });
    expect(await readdir(rig.path('work'))).toEqual([]);
    await rig.executor.apply(rig.context({ spec: chain(), prior: priorOf(error.left) }));
    expect(await textOf(rig.path('made'))).toBe('first\nsecond\nthird\n');
  });

  it('had its state saved while it ran', async () => {
    const controller = new AbortController();
    const spec = chain({ 2: `touch ${rig.path('begun')} && sleep 60` });
    const work = errorOf(rig.executor.apply(rig.context({ spec, signal: controller.signal })));
    await until(() => exists(rig.path('begun')));
    await until(() => rig.saved.some((text) => text.includes('"second"')));
    controller.abort(new StepStopped('cancelled'));
    await work;
  });
});

describe('an outcome that nobody can tell', () => {
  it('is what remains of a Terraform that does not stop and is killed', async () => {
    await rig.close();
    rig = await openRig(CHAIN, { graceMs: 300 });
    const controller = new AbortController();
    const spec = chain({ 1: `touch ${rig.path('begun')} && sleep 60` });
    const work = errorOf(rig.executor.apply(rig.context({ spec, signal: controller.signal })));
    await until(() => exists(rig.path('begun')));
    process.kill(await processIn(), 'SIGSTOP');
    controller.abort(new StepStopped('cancelled'));
    const error = await work;
    expect(error.kind).toBe('undeterminable');
    expect(error.left?.parts).toMatchObject([{ address: 'module.main.terraform_data.first' }]);
  });

  it('comes soon where the claim was lost: another worker may begin, whatever the grace is', async () => {
    const controller = new AbortController();
    const spec = chain({ 1: `touch ${rig.path('begun')} && sleep 60` });
    const work = errorOf(rig.executor.apply(rig.context({ spec, signal: controller.signal })));
    await until(() => exists(rig.path('begun')));
    process.kill(await processIn(), 'SIGSTOP');
    controller.abort(new StepStopped('lost'));
    expect((await work).kind).toBe('undeterminable');
  });

  it('is what remains of a Terraform that somebody else killed; applying again mends it, if a person says so', async () => {
    const spec = chain({ 1: `touch ${rig.path('begun')} && sleep 60` });
    const work = errorOf(rig.executor.apply(rig.context({ spec })));
    await until(() => exists(rig.path('begun')));
    process.kill(await processIn(), 'SIGKILL');
    const error = await work;
    expect(error.kind).toBe('undeterminable');
    const prior = priorOf(error.left);
    const looked = await errorOf(rig.executor.inspect(rig.context({ spec: chain(), prior })));
    expect(looked.kind).toBe('undeterminable');
    expect(looked.message).toContain('while it created terraform_data.second,');
    await rig.executor.apply(rig.context({ spec: chain(), prior }));
    expect(await textOf(rig.path('made'))).toBe('first\nsecond\nthird\n');
  });
});

describe('a Terraform that is missing', () => {
  it('is said to be, with what to do', async () => {
    await rig.close();
    rig = await openRig(CHAIN, { host: { PATH: '/nowhere' } });
    const error = await errorOf(rig.executor.apply(rig.context({ spec: chain() })));
    expect(error.failure).toMatchObject({ code: 'TERRAFORM_MISSING' });
    expect(error.failure.detail).toContain('biotope doctor --install');
  });
});
