import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommandExecutor } from '../../../../src/executors/command/command.ts';
import type { CommandSettings } from '../../../../src/executors/command/settings.ts';
import {
  type ResolvedSpec,
  type StepContext,
  StepStopped,
  type StopReason,
} from '../../../../src/executors/executor.ts';
import { writePidFile } from '../../../../src/platform/process/pid-record.ts';
import { SecretValue } from '../../../../src/platform/secret-value.ts';
import { priorOf, stepContext } from '../step.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';

let bundleFolder: string;
let workFolder: string;

beforeEach(async () => {
  bundleFolder = await mkdtemp(join(tmpdir(), 'bundle-'));
  workFolder = await mkdtemp(join(tmpdir(), 'work-'));
});

afterEach(async () => {
  await rm(bundleFolder, { recursive: true, force: true });
  await rm(workFolder, { recursive: true, force: true });
});

async function script(name: string, text: string): Promise<string> {
  const file = join(bundleFolder, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return `./${name}`;
}

const executor = (settings: Partial<CommandSettings> = {}) =>
  createCommandExecutor({ settings: { path: PATH, host: {}, ...settings } });

function context(spec: ResolvedSpec, parts: Partial<StepContext> = {}) {
  return stepContext({ bundleFolder, workFolder, spec, ...parts });
}

async function apply(text: string, spec: ResolvedSpec = {}, settings?: Partial<CommandSettings>) {
  const create = [await script('app/start', text)];
  return executor(settings).apply(context({ create, ...spec }));
}

async function failureOf(text: string, spec?: ResolvedSpec, settings?: Partial<CommandSettings>) {
  return apply(text, spec, settings).then(
    () => expect.unreachable('it succeeded'),
    (error) => error,
  );
}

describe('an application', () => {
  it('returns its outputs as one JSON object, the secret ones as secrets', async () => {
    const { outputs, record } = await apply('echo \'{"url":"http://x","n":1,"key":"k","o":[1]}\'', {
      secretOutputs: ['key', 'o'],
    });
    expect(outputs).toMatchObject({ url: 'http://x', n: 1 });
    expect(outputs.key instanceof SecretValue && outputs.key.reveal()).toBe('k');
    expect(outputs.o instanceof SecretValue && outputs.o.reveal()).toBe('[1]');
    expect(record).toEqual({});
  });

  it('may return nothing', async () => {
    expect((await apply('exit 0')).outputs).toEqual({});
  });

  it('is told what to do on its standard input, never in its arguments', async () => {
    const create = [
      await script('app/start', 'cat > "$HOME/in"; echo "$@" > "$HOME/args"'),
      'a b',
      3,
    ];
    const outputs = { pid: 7, key: { $secret: [{ path: 'p', version: 1, field: 'f' }] } };
    const input = { token: new SecretValue('tell-no-one'), list: [true] };
    await executor().apply(context({ create, input }, { prior: priorOf({ outputs }) }));
    expect(JSON.parse(await readFile(join(workFolder, 'in'), 'utf8'))).toEqual({
      input: { token: 'tell-no-one', list: [true] },
      outputs: { pid: 7 },
    });
    expect(await readFile(join(workFolder, 'args'), 'utf8')).toBe('a b 3\n');
  });

  it('sees the variables that are named, and no others', async () => {
    const host = {
      PATH: '/elsewhere',
      LANG: 'de_DE.UTF-8',
      AWS_KEY: 'x',
      REGION: 'eu',
      SECRET: 's',
    };
    const env = { SIZE: 3, TOKEN: new SecretValue('t') };
    await apply('env > "$HOME/env"', { env }, { host, passEnvironment: ['REGION', 'GONE'] });
    const lines = (await readFile(join(workFolder, 'env'), 'utf8')).trim().split('\n');
    const seen = Object.fromEntries(lines.map((line) => line.split('=', 2)));
    const { PWD: _pwd, SHLVL: _level, _: _program, OLDPWD: _old, ...variables } = seen;
    expect(variables).toEqual({
      PATH,
      LANG: 'de_DE.UTF-8',
      HOME: workFolder,
      TMPDIR: workFolder,
      REGION: 'eu',
      SIZE: '3',
      TOKEN: 't',
      BIOTOPE_ENVIRONMENT: 'shop',
      BIOTOPE_ADDRESS: 'web[0]',
      BIOTOPE_STEP_ID: 'run-1/web[0]',
      BIOTOPE_OPERATION: 'create',
      BIOTOPE_WORK_FOLDER: workFolder,
    });
  });

  it('runs in the folder of the template, and may be a program of the machine', async () => {
    await script('lib/helper', 'echo \'{"helped":true}\'');
    const { outputs } = await executor().apply(context({ create: ['sh', './lib/helper'] }));
    expect(outputs).toEqual({ helped: true });
  });

  it('is no text for a shell', async () => {
    const create = ['echo', '{"a":"$(id) `id` ; id"}'];
    expect((await executor().apply(context({ create }))).outputs).toEqual({ a: '$(id) `id` ; id' });
  });

  it('leaves nothing of its output in the work folder', async () => {
    await apply('echo \'{"key":"k"}\'; echo said >&2', { secretOutputs: ['key'] });
    expect(await readdir(workFolder)).toEqual([]);
  });

  it('speaks on its standard error', async () => {
    const create = [await script('app/start', 'echo one >&2; echo two >&2')];
    const step = context({ create });
    await executor().apply(step);
    expect(step.said).toEqual(['one', 'two']);
  });

  it('may leave a process of its own running', async () => {
    const { outputs } = await apply(
      'setsid sh -c \'sleep 60\' </dev/null >/dev/null 2>&1 & echo "{\\"pid\\":$!}"',
    );
    const pid = Number(outputs.pid);
    expect(process.kill(pid, 0)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

describe('an application of an earlier attempt that still runs', () => {
  it('is ended before another one begins', async () => {
    const orphan = spawn('sh', ['-c', 'exec sleep 60'], { detached: true, stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    await writePidFile(join(workFolder, 'create.pid'), orphan.pid ?? 0);
    const step = context({ create: ['true'] });
    await executor().apply(step);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(step.said.join()).toContain(`process ${orphan.pid}`);
  });
});

describe('a failure', () => {
  it('tells the exit code and what was said last', async () => {
    const error = await failureOf('for i in 1 2 3; do echo "line $i" >&2; done; exit 4');
    expect(error).toMatchObject({ kind: 'failed', retryable: false, left: null });
    expect(error.failure).toMatchObject({
      code: 'COMMAND_FAILED',
      message: 'create (./app/start) ended with exit code 4.',
      detail: 'line 1\nline 2\nline 3',
    });
  });

  it('is worth another attempt where the application says so', async () => {
    expect(await failureOf('exit 75')).toMatchObject({ kind: 'failed', retryable: true });
  });

  it('is clear where the outputs are no JSON object', async () => {
    for (const text of ['echo Started on port 3', 'echo "[1]"', 'echo "{}{}"']) {
      const { failure } = await failureOf(text);
      expect(failure).toMatchObject({ code: 'COMMAND_FAILED' });
      expect(failure.message).toContain('not one JSON object');
    }
    const { failure } = await failureOf('echo key=k', { secretOutputs: ['key'] });
    expect(failure.message).not.toContain('key=k');
  });

  it('is clear where the outputs cannot be used', async () => {
    const deep = `printf '%0100d' 0 | tr 0 '['`;
    for (const text of [
      'echo \'{"a":{"$secret":[]}}\'',
      `echo "{\\"a\\":$(${deep})$(${deep} | tr '[' ']')}"`,
    ]) {
      expect((await failureOf(text)).failure.message).toContain('cannot be used');
    }
  });

  it('is clear where the program is not there', async () => {
    const error = await executor()
      .apply(context({ create: ['no-such-program'] }))
      .catch((thrown) => thrown);
    expect(error.failure).toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('no-such-program'),
    });
  });

  it('ends an application that writes too much', async () => {
    const settings = { outputBytesMax: 1_000, logBytesMax: 1_000, graceMs: 100 };
    const deaf = 'trap "" TERM; while :; do echo too much of it; done';
    for (const [text, kind] of [
      ['exec yes', 'failed'],
      ['exec yes >&2', 'failed'],
      [`printf '{"a":"%01500d"}' 1`, 'failed'],
      [deaf, 'undeterminable'],
    ] as const) {
      const error = await failureOf(text, {}, settings);
      expect(error.kind, text).toBe(kind);
      expect(error.failure.code).toBe('LIMIT_EXCEEDED');
    }
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
    expect(JSON.parse(await readFile(join(workFolder, 'in'), 'utf8'))).toEqual({
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
