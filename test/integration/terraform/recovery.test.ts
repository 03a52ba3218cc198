import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { ExecutorError, StepStopped } from '../../../src/executors/executor.ts';
import { findOrphan } from '../../../src/platform/process/pid-record.ts';
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
let children: ChildProcess[];

beforeEach(async () => {
  rig = await openRig(CHAIN);
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rig.close();
});

/** Each script ends with a line in `made`; the second one waits until it may go on. */
function spec(secondScript = 'true') {
  const line = (name: string) => `echo ${name} >> ${rig.path('made')}`;
  const scripts = [line('first'), `${secondScript} && ${line('second')}`, line('third')];
  return { module: './modules/chain', variables: { scripts } };
}

const begun = (script: string) => `touch ${rig.path('begun')} && ${script}`;

/** A worker of its own, which can be killed in the middle of an apply. Its checkpoints are lost. */
async function applyInAnotherProcess(asked: ReturnType<typeof spec>): Promise<ChildProcess> {
  const src = new URL('../../../src/', import.meta.url).href;
  const file = rig.path('worker.mjs');
  await writeFile(
    file,
    `
    import { createTerraformExecutor } from '${src}executors/terraform/terraform.ts';
    import { systemClock } from '${src}platform/clock.ts';
    const settings = { host: { PATH: process.env.PATH } };
    const folders = ${JSON.stringify(dataPaths(rig.path('data')))};
    const executor = createTerraformExecutor({ clock: systemClock, folders, settings });
    await executor.apply({
      ...${JSON.stringify({ ...rig.context({ spec: asked }), signal: null })},
      signal: new AbortController().signal,
      confirm: async () => {},
      log: () => {},
      progress: () => {},
      checkpoint: async () => {},
    });`,
  );
  const child = spawn(process.execPath, [file], { stdio: 'ignore' });
  children.push(child);
  await until(() => exists(rig.path('begun')));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
}

const orphan = () => findOrphan(rig.path('work/terraform.pid'));

it('a Terraform whose step is lost while it is prepared changes nothing', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const confirm = async () => controller.abort(new StepStopped('lost'));
  const context = { ...rig.context({ spec: spec() }), signal, confirm };
  await expect(rig.executor.apply(context)).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await exists(rig.path('made'))).toBe(false);
});

describe('after the worker was killed in the middle of an apply', () => {
  it('another one goes on with what Terraform had finished, and makes nothing twice', async () => {
    await kill(await applyInAnotherProcess(spec(begun('sleep 60'))));
    const { outputs } = await rig.executor.apply(rig.context({ spec: spec() }));
    expect(outputs).toEqual({ revision: '1' });
    expect(await textOf(rig.path('made'))).toBe('first\nsecond\nthird\n');
  });

  it('what it left in the work folder is handed over even if somebody only looks', async () => {
    await kill(await applyInAnotherProcess(spec(begun('sleep 60'))));
    const found = await rig.executor.inspect(rig.context({ spec: spec() }));
    expect(found.finding).toBe('partial');
    expect(rig.saved.at(-1)).toContain('"first"');
  });

  it('its Terraform, if it still runs, is waited for', async () => {
    const child = await applyInAnotherProcess(spec(begun('sleep 0.2')));
    const running = await orphan();
    if (running === undefined) throw new Error('no Terraform is recorded');
    process.kill(running.pid, 'SIGSTOP');
    await kill(child);
    const applied = rig.executor.apply(rig.context({ spec: spec() }));
    await until(() => rig.said.some((line) => line.startsWith('waiting for the Terraform')));
    process.kill(running.pid, 'SIGCONT');
    await applied;
    expect(rig.said[0]).toContain(`process ${running.pid}`);
    const made = (await textOf(rig.path('made'))).split('\n');
    expect(made.filter((line) => line === 'first')).toHaveLength(1);
    expect(made.filter((line) => line === 'third')).toHaveLength(1);
  });

  it('its Terraform, if it does not end, is killed, and nobody claims to know how far it came', async () => {
    await rig.close();
    rig = await openRig(CHAIN, { orphanWaitMs: 200, graceMs: 300 });
    const child = await applyInAnotherProcess(spec(begun('sleep 60')));
    const running = await orphan();
    if (running === undefined) throw new Error('no Terraform is recorded');
    process.kill(running.pid, 'SIGSTOP');
    await kill(child);
    const looked = rig.executor.inspect(rig.context({ spec: spec() }));
    await expect(looked).rejects.toMatchObject({ kind: 'undeterminable' });
    expect(await orphan()).toEqual(running);
    const applied = await rig.executor
      .apply(rig.context({ spec: spec() }))
      .catch((error: unknown) => error);
    if (!(applied instanceof ExecutorError)) throw new Error('it should have been rejected');
    expect(applied.kind).toBe('undeterminable');
    expect(await orphan()).toBeUndefined();
    const prior = priorOf(applied.left);
    await rig.executor.apply(rig.context({ spec: spec(), prior }));
    expect(await textOf(rig.path('made'))).toBe('first\nsecond\nthird\n');
  });
});
