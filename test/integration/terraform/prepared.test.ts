import { mkdir, readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StepStopped } from '../../../src/executors/executor.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const SMALL = 'resource "terraform_data" "small" {}\n';
const NESTED = `${SMALL}module "inner" {\n  source = "./inner"\n}\n`;

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({
    'one/main.tf': SMALL,
    'two/main.tf': `${SMALL}output "x" {\n  value = 1\n}\n`,
    'deep/main.tf': NESTED,
    'deep/inner/main.tf': SMALL,
  });
});

afterEach(() => rig.close());

const inits = () => rig.said.filter((line) => line === 'terraform init').length;

async function contextIn(workFolder: string, module: string, signal?: AbortSignal) {
  await mkdir(rig.path(workFolder), { recursive: true, mode: 0o700 });
  const changes = { spec: { module }, workFolder: rig.path(workFolder) };
  return rig.context(signal === undefined ? changes : { ...changes, signal });
}

describe('what terraform init prepares', () => {
  it('is made once and used by every apply of every module that needs nothing else', async () => {
    await rig.executor.apply(await contextIn('w1', './one'));
    await rig.executor.apply(await contextIn('w2', './one'));
    await rig.executor.apply(await contextIn('w3', './two'));
    expect(inits()).toBe(1);
    await rig.executor.apply(await contextIn('w4', './deep'));
    expect(inits()).toBe(2);
  });

  it('is made once even if many ask for it at once, and may be used by all of them at once', async () => {
    const contexts = await Promise.all(
      ['w1', 'w2', 'w3', 'w4'].map((folder) => contextIn(folder, './deep')),
    );
    const applied = await Promise.all(contexts.map((context) => rig.executor.apply(context)));
    expect(applied.map(({ parts }) => parts.length)).toEqual([2, 2, 2, 2]);
    expect(inits()).toBe(1);
    expect(await readdir(rig.path('data/terraform/prepared'))).toHaveLength(1);
  });

  it('is made by another one who waits for it if the first is cancelled', async () => {
    const controller = new AbortController();
    const first = rig.executor.apply(await contextIn('w1', './one', controller.signal));
    const second = rig.executor.apply(await contextIn('w2', './one'));
    controller.abort(new StepStopped('cancelled'));
    await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await second).parts).toHaveLength(1);
  });

  it('is made again where somebody damaged it', async () => {
    const applied = await rig.executor.apply(await contextIn('w1', './deep'));
    const prepared = rig.path('data/terraform/prepared');
    for (const key of await readdir(prepared)) {
      await rm(`${prepared}/${key}/data/modules`, { recursive: true });
    }
    const context = await contextIn('w1', './deep');
    await rig.executor.apply({ ...context, prior: priorOf(applied) });
    expect(inits()).toBe(2);
  });
});
