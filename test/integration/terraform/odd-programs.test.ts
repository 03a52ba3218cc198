import { chmod, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { checkTerraform } from '../../../src/executors/terraform/program/check-terraform.ts';
import { createTerraformExecutor } from '../../../src/executors/terraform/terraform.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { filesWith, openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const CANARY = 'canary-in-state';
const STATE = JSON.stringify({
  version: 4,
  serial: 7,
  lineage: 'of-the-dump',
  resources: [
    { mode: 'managed', type: 'thing', name: 'made', instances: [{ attributes: { p: CANARY } }] },
  ],
});
const LOST = JSON.stringify({
  type: 'diagnostic',
  diagnostic: { severity: 'error', summary: 'Failed to persist state to backend', detail: 'full' },
});

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'm/main.tf': 'resource "terraform_data" "made" {}\n' });
});

afterEach(() => rig.close());

/** A program that does as Terraform does at things that a real one cannot easily be brought to do. */
async function program(
  apply: string,
  { version = '1.11.4', more = ',"terraform_outdated":false', plan = 'exit 1' } = {},
): Promise<string> {
  const file = rig.path('terraform');
  const answers = `
case "$1" in
  version) echo '{"terraform_version":"${version}"${more}}' ;;
  init) mkdir -p "$TF_DATA_DIR" ;;
  apply) ${apply} ;;
  plan) ${plan} ;;
esac
`;
  await writeFile(file, `#!/bin/sh${answers}`);
  await chmod(file, 0o755);
  return file;
}

function executorOf(binary: string) {
  return createTerraformExecutor({
    clock: systemClock,
    folders: dataPaths(rig.path('data')),
    settings: { binary, host: { PATH: process.env.PATH }, outputBytesMax: 100_000 },
  });
}

async function failing(apply: string): Promise<ExecutorError> {
  const executor = executorOf(await program(apply));
  return errorOf(executor.apply(rig.context({ spec: { module: './m' } })));
}

async function errorOf(work: Promise<unknown>): Promise<ExecutorError> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof ExecutorError) return error;
  throw new Error('it did not fail');
}

const seen = (error: ExecutorError) => JSON.stringify([error.failure, error.message, rig.said]);

describe('a state that Terraform could write nowhere', () => {
  it('is taken from where it told it, kept, and shown to nobody', async () => {
    const dump = `{"@message":"Emergency state dump","state":${STATE}}`;
    const error = await failing(`echo '${dump}'; echo '${LOST}'; exit 1`);
    expect(error.kind).toBe('failed');
    expect(error.left?.parts).toMatchObject([{ address: 'thing.made' }]);
    expect(JSON.parse(rig.saved.at(-1) ?? '')).toMatchObject({ lineage: 'of-the-dump' });
    expect(seen(error)).not.toContain(CANARY);
    expect(await filesWith(rig.path('work'), CANARY)).toEqual([]);
  });

  it('makes the outcome one that nobody can tell where it is lost', async () => {
    const error = await failing(`echo '${LOST}'; exit 1`);
    expect(error.kind).toBe('undeterminable');
  });

  it('is not shown where it was told in plain text either', async () => {
    const error = await failing(`echo '${STATE}' >&2; exit 1`);
    expect(error.kind).toBe('failed');
    expect(seen(error)).not.toContain(CANARY);
    expect(await filesWith(rig.path('work'), CANARY)).toEqual([]);
  });

  it('is taken from the file in which Terraform left it', async () => {
    const error = await failing(`echo '${STATE}' > errored.tfstate; exit 1`);
    expect(error.left?.parts).toMatchObject([{ address: 'thing.made' }]);
    expect(rig.saved).toHaveLength(1);
    expect(await filesWith(rig.path('work'), CANARY)).toEqual([]);
  });

  it('stays in the work folder for as long as it cannot be handed over', async () => {
    const binary = await program(`echo '${STATE}' > terraform.tfstate`);
    const executor = createTerraformExecutor({
      clock: systemClock,
      folders: dataPaths(rig.path('data')),
      settings: { binary, host: { PATH: process.env.PATH } },
    });
    const context = rig.context({ spec: { module: './m' } });
    const checkpoint = () => Promise.reject(new Error('the server is away'));
    await executor.apply({ ...context, checkpoint });
    expect(await filesWith(rig.path('work'), CANARY)).toEqual([rig.path('work/terraform.tfstate')]);
    await executor.inspect(context).catch(() => {});
    expect(rig.saved).toEqual([`${STATE}\n`]);
    expect(await filesWith(rig.path('work'), CANARY)).toEqual([]);
  });
});

describe('a program that goes wrong', () => {
  it('by a crash leaves an outcome that nobody can tell', async () => {
    expect((await failing('exit 11')).kind).toBe('undeterminable');
    expect((await failing('kill -SEGV $$')).kind).toBe('undeterminable');
  });

  it('by a flood of output is stopped', async () => {
    const line = 'x'.repeat(1_000);
    const endless = `trap 'exit 1' INT; while :; do echo ${line}; sleep 0.01; done`;
    const error = await failing(endless);
    expect(error).toMatchObject({ kind: 'failed', failure: { code: 'LIMIT_EXCEEDED' } });
    expect(await failing('yes')).toMatchObject({ kind: 'undeterminable' });
  });

  it('by being too old is refused before it is asked for anything', async () => {
    const host = { PATH: process.env.PATH };
    const binary = await program('exit 0', { version: '1.5.7' });
    await expect(checkTerraform({ binary, host, toolsFolder: null })).rejects.toMatchObject({
      code: 'TERRAFORM_MISSING',
    });
    await program('exit 0', { version: '1.6.0' });
    expect(await checkTerraform({ binary, host, toolsFolder: null })).toEqual({
      binary,
      platform: null,
      product: 'terraform',
      version: '1.6.0',
    });
    await writeFile(binary, '#!/bin/sh\necho no\n');
    await expect(checkTerraform({ binary, host, toolsFolder: null })).rejects.toThrow(
      'does not say its version',
    );
  });
});

describe('OpenTofu is called by its name', () => {
  const spec = { module: './m' };
  const openTofu = async (apply: string, plan = 'exit 1') =>
    executorOf(await program(apply, { more: '', plan }));

  it('where it was killed', async () => {
    const begun = JSON.stringify({
      type: 'apply_start',
      hook: { action: 'create', resource: { addr: 'module.main.terraform_data.made' } },
    });
    const executor = await openTofu(`echo '${begun}'; kill -KILL $$`);
    const { left, failure } = await errorOf(executor.apply(rig.context({ spec })));
    expect(failure.message).toMatch(/^OpenTofu was ended by SIGKILL/);
    const looked = await errorOf(executor.inspect(rig.context({ spec, prior: priorOf(left) })));
    expect(looked.failure.message).toMatch(/^OpenTofu was killed while it created/);
  });

  it('where it tells what it would do', async () => {
    const change = (actions: string[]) => [
      { address: 'module.main.thing.made', change: { actions, before: { p: 1 }, after: { p: 2 } } },
    ];
    const told = {
      resource_changes: change(['create']),
      resource_drift: change(['delete']),
    };
    const show = `show) echo '${JSON.stringify(told)}' ;;`;
    const executor = await openTofu('exit 0', `exit 2 ;;\n  ${show}\n  none) true`);
    const state = Buffer.from(STATE);
    const prior = priorOf({ record: null, parts: [], state });
    const { differences } = await executor.inspect(rig.context({ spec, prior }));
    expect(differences.map(({ detail }) => detail)).toEqual(['was removed outside of OpenTofu']);
    expect(rig.said.join('\n')).not.toContain('Terraform');
  });
});
