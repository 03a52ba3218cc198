import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { StepStopped, type StopReason } from '../../../../src/executors/executor.ts';
import { writePidFile } from '../../../../src/platform/process/pid-record.ts';
import { priorOf } from '../step.ts';
import { executor, setStage } from './stage.ts';

const { script, context, inWork } = setStage();

describe('an application of an earlier attempt that still runs', () => {
  it('is ended before another one begins', async () => {
    const orphan = spawn('sh', ['-c', 'exec sleep 60'], { detached: true, stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    await writePidFile(inWork('create.pid'), orphan.pid ?? 0);
    const step = context({ create: ['true'] });
    await executor().apply(step);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(step.said.join()).toContain(`process ${orphan.pid}`);
  });
});

describe('an application whose step is lost before it begins', () => {
  it('never does', async () => {
    const controller = new AbortController();
    const create = [await script('app/start', 'touch "$BIOTOPE_WORK_FOLDER/started"')];
    const step = context({ create }, { signal: controller.signal });
    const confirm = async () => controller.abort(new StepStopped('lost'));
    const attempt = executor().apply({ ...step, confirm });
    await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
    expect(existsSync(inWork('started'))).toBe(false);
  });
});

describe('an application that is asked to end', () => {
  async function stopped(text: string, reason: StopReason, graceMs = 20_000) {
    const create = [await script('app/start', text)];
    const controller = new AbortController();
    const step = context({ create }, { signal: controller.signal });
    const running = executor({ graceMs }).apply({
      ...step,
      log: (line) => {
        if (line === 'ready') controller.abort(new StepStopped(reason));
      },
    });
    return running.then(
      (applied) => applied,
      (error) => error,
    );
  }

  it('and does so ended cleanly', async () => {
    const handled = 'trap "exit 1" TERM; echo ready >&2; while :; do sleep 0.05; done';
    expect(await stopped(handled, 'cancelled')).toMatchObject({ kind: 'cancelled' });
    expect(await stopped('echo ready >&2; exec sleep 60', 'timeout')).toMatchObject({
      kind: 'cancelled',
    });
  });

  it('and is complete all the same has succeeded', async () => {
    const finishes = `trap 'echo "{}"; exit 0' TERM; echo ready >&2; while :; do sleep 0.05; done`;
    expect(await stopped(finishes, 'cancelled')).toMatchObject({ outputs: {} });
  });

  it('and does not has to be killed: then nobody knows how far it came', async () => {
    const deaf = 'trap "" TERM; echo ready >&2; while :; do sleep 0.05; done';
    expect(await stopped(deaf, 'timeout', 100)).toMatchObject({
      kind: 'undeterminable',
      failure: { code: 'COMMAND_FAILED' },
    });
  });

  it('because its claim is lost gets no time', async () => {
    const deaf = 'trap "" TERM; echo ready >&2; while :; do sleep 0.05; done';
    expect(await stopped(deaf, 'lost', 3_600_000)).toMatchObject({ kind: 'undeterminable' });
  });
});

describe('inspect and destroy', () => {
  it.each([
    [0, 'present', []],
    [3, 'absent', [{ subject: 'web[0]', kind: 'missing', detail: 'I looked' }]],
    [4, 'partial', [{ subject: 'web[0]', kind: 'changed', detail: 'I looked' }]],
  ])('exit code %i means %s', async (code, finding, differences) => {
    const inspect = [await script('app/look', `echo I looked >&2; exit ${code}`)];
    const prior = priorOf({ outputs: { url: 'u' } });
    const found = await executor().inspect(context({ create: ['true'], inspect }, { prior }));
    expect(found).toMatchObject({ finding, differences, outputs: { url: 'u' } });
  });

  it('tell nothing where the application cannot tell, or there is none', async () => {
    const inspect = [await script('app/look', 'exit 1')];
    await expect(executor().inspect(context({ create: ['true'], inspect }))).rejects.toMatchObject({
      kind: 'failed',
    });
    await expect(executor().inspect(context({ create: ['true'] }))).rejects.toMatchObject({
      kind: 'undeterminable',
    });
  });

  it('know what was recorded', async () => {
    const destroy = [await script('app/stop', 'cat > "$HOME/in"')];
    const prior = priorOf({ outputs: { pid: 7 } });
    await executor().destroy(context({ create: ['true'], destroy, input: 1 }, { prior }));
    expect(JSON.parse(await readFile(inWork('in'), 'utf8'))).toEqual({
      input: 1,
      outputs: { pid: 7 },
    });
  });

  it('do nothing where there is no destroy command', async () => {
    const step = context({ create: ['true'] }, { prior: priorOf({}) });
    await executor().destroy(step);
    expect(step.said.join()).toContain('no destroy command');
  });
});
