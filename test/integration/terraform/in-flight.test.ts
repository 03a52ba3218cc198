import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorError, StepStopped } from '../../../src/executors/executor.ts';
import { exists, openRig, priorOf, type Rig, textOf, until } from '../../fixtures/terraform/rig.ts';

const ADDRESS = 'module.main.terraform_data.database';
/** It is made out there, and Terraform is not told of it for a while. */
const MODULE = `
variable "made" {
  type = string
}

variable "waits" {
  type = string
}

resource "terraform_data" "database" {
  provisioner "local-exec" {
    command = "echo made >> \${var.made}; \${var.waits}"
  }
}
`;

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'm/main.tf': MODULE });
});

afterEach(() => rig.close());

function spec(waits: string) {
  return { module: './m', variables: { made: rig.path('made'), waits } };
}

async function errorOf(work: Promise<unknown>): Promise<ExecutorError> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof ExecutorError) return error;
  throw new Error('it did not reject with an ExecutorError', { cause: error });
}

async function killed(): Promise<ExecutorError> {
  const { apply, pid } = await begun();
  process.kill(pid, 'SIGKILL');
  return apply;
}

async function begun(signal?: AbortSignal) {
  const context = rig.context({ spec: spec('sleep 60'), ...(signal && { signal }) });
  const apply = errorOf(rig.executor.apply(context));
  await until(() => exists(rig.path('made')));
  const { pid } = JSON.parse(await readFile(rig.path('work/terraform.pid'), 'utf8'));
  return { apply, pid };
}

describe('a Terraform that is killed while it creates something', () => {
  it('is not taken for one that made nothing: the address is recorded, inspections name it', async () => {
    const error = await killed();
    expect(error).toMatchObject({
      kind: 'undeterminable',
      left: { record: { inFlight: [ADDRESS] } },
    });
    expect(error.message).toContain('creating terraform_data.database');
    const prior = priorOf(error.left);
    const looked = await errorOf(rig.executor.inspect(rig.context({ spec: spec('true'), prior })));
    expect(looked).toMatchObject({
      kind: 'undeterminable',
      failure: { code: 'RESOURCE_UNKNOWN' },
      left: { record: { inFlight: [ADDRESS] } },
    });
    expect(looked.message).toContain('terraform_data.database');
  });

  it('is applied again once a person has seen it, and then nothing is in flight any more', async () => {
    const { left } = await killed();
    const context = rig.context({ spec: spec('true'), prior: priorOf(left) });
    const applied = await rig.executor.apply(context);
    expect(applied.record).not.toHaveProperty('inFlight');
    expect(await textOf(rig.path('made'))).toBe('made\nmade\n');
    const prior = priorOf(applied);
    const { finding } = await rig.executor.inspect(rig.context({ spec: spec('true'), prior }));
    expect(finding).toBe('present');
  });
});

describe('a worker that lost its claim in the middle', () => {
  it('is not heard any more: what was in flight is known to whoever comes next', async () => {
    const controller = new AbortController();
    const { apply, pid } = await begun(controller.signal);
    // It cannot end cleanly in the moment that is left.
    process.kill(pid, 'SIGSTOP');
    controller.abort(new StepStopped('lost'));
    await apply;
    expect(await readdir(rig.path('work'))).toEqual(['in-flight.json']);
    const looked = await errorOf(rig.executor.inspect(rig.context({ spec: spec('true') })));
    expect(looked).toMatchObject({ failure: { code: 'RESOURCE_UNKNOWN' } });
    const again = await errorOf(rig.executor.apply(rig.context({ spec: spec('true') })));
    expect(again).toMatchObject({ kind: 'undeterminable' });
    expect(await textOf(rig.path('made'))).toBe('made\n');
  });

  it('leaves the output itself where nothing more can be written', async () => {
    const controller = new AbortController();
    const { apply, pid } = await begun(controller.signal);
    await mkdir(rig.path('work/in-flight.json'));
    process.kill(pid, 'SIGSTOP');
    controller.abort(new StepStopped('lost'));
    await apply;
    await rmdir(rig.path('work/in-flight.json'));
    expect(await readdir(rig.path('work'))).toEqual(['terraform.out']);
    const looked = await errorOf(rig.executor.inspect(rig.context({ spec: spec('true') })));
    expect(looked).toMatchObject({ failure: { code: 'RESOURCE_UNKNOWN' } });
  });
});

describe('a worker that was killed with its Terraform', () => {
  const line = (type: string, action = 'create') =>
    JSON.stringify({ type, hook: { resource: { addr: ADDRESS }, action } });

  beforeEach(() => writeFile(rig.path('work/terraform.out'), `${line('apply_start')}\n`));

  it('is still known by what was in flight when its files were tidied', async () => {
    const left = ['terraform.err', 'terraform.tfvars.json', 'terraform.tfstate'];
    for (const name of left) await writeFile(rig.path('work', name), 'password');
    await rig.executor.tidy?.(rig.path('work'));
    expect(await readdir(rig.path('work'))).toEqual(['in-flight.json', 'terraform.tfstate']);
    await rm(rig.path('work/terraform.tfstate'));
    const looked = await errorOf(rig.executor.inspect(rig.context({ spec: spec('true') })));
    expect(looked).toMatchObject({
      kind: 'undeterminable',
      left: { record: { inFlight: [ADDRESS] } },
    });
  });

  it('left an output that tells what was in flight, to every look and until it is handed over', async () => {
    for (const _ of [1, 2]) {
      const looked = await errorOf(rig.executor.inspect(rig.context({ spec: spec('true') })));
      expect(looked).toMatchObject({
        kind: 'undeterminable',
        left: { record: { inFlight: [ADDRESS] } },
      });
    }
  });

  it('does not have its step begun again before somebody has heard of it', async () => {
    const error = await errorOf(rig.executor.apply(rig.context({ spec: spec('true') })));
    expect(error).toMatchObject({ kind: 'undeterminable' });
    expect(await exists(rig.path('made'))).toBe(false);
    const prior = priorOf(error.left);
    await rig.executor.apply(rig.context({ spec: spec('true'), prior }));
    expect(await textOf(rig.path('made'))).toBe('made\n');
  });

  it('made nothing where Terraform itself told that it failed', async () => {
    const text = [line('apply_start'), line('apply_errored')].join('\n');
    await writeFile(rig.path('work/terraform.out'), text);
    const { finding } = await rig.executor.inspect(rig.context({ spec: spec('true') }));
    expect(finding).toBe('absent');
  });
});
