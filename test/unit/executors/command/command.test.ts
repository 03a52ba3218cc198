import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CommandSettings } from '../../../../src/executors/command/settings.ts';
import type { ResolvedSpec } from '../../../../src/executors/executor.ts';
import { writePidFile } from '../../../../src/platform/process/pid-record.ts';
import { SecretValue } from '../../../../src/platform/secret-value.ts';
import { priorOf } from '../step.ts';
import { executor, PATH, setStage } from './stage.ts';

const { script, context, inWork } = setStage();

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
    expect(JSON.parse(await readFile(inWork('in'), 'utf8'))).toEqual({
      input: { token: 'tell-no-one', list: [true] },
      outputs: { pid: 7 },
    });
    expect(await readFile(inWork('args'), 'utf8')).toBe('a b 3\n');
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
    const lines = (await readFile(inWork('env'), 'utf8')).trim().split('\n');
    const seen = Object.fromEntries(lines.map((line) => line.split('=', 2)));
    const { PWD: _pwd, SHLVL: _level, _: _program, OLDPWD: _old, ...variables } = seen;
    expect(variables).toEqual({
      PATH,
      LANG: 'de_DE.UTF-8',
      HOME: inWork(),
      TMPDIR: inWork(),
      REGION: 'eu',
      SIZE: '3',
      TOKEN: 't',
      BIOTOPE_ENVIRONMENT: 'shop',
      BIOTOPE_ADDRESS: 'web[0]',
      BIOTOPE_STEP_ID: 'run-1/web[0]',
      BIOTOPE_OPERATION: 'create',
      BIOTOPE_WORK_FOLDER: inWork(),
      BIOTOPE_BUNDLE_FOLDER: context({}).bundleFolder,
    });
  });

  it('may be a program of the machine, whose words name files of the template by ./', async () => {
    await script('lib/helper', 'echo "{\\"helped\\":\\"$1\\"}"');
    const create = ['sh', './lib/helper', './no-such-file'];
    const { outputs } = await executor().apply(context({ create }));
    expect(outputs).toEqual({ helped: './no-such-file' });
  });

  it('runs in a folder of its own, not in the one that it shares with other steps', async () => {
    const create = await script('start', 'echo mine > note; ls "$BIOTOPE_BUNDLE_FOLDER" >&2');
    const asked = context({ create: [create] });
    await executor().apply(asked);
    expect(await readFile(inWork('note'), 'utf8')).toBe('mine\n');
    expect(asked.said).toEqual(['start']);
  });

  it('is no text for a shell', async () => {
    const create = ['echo', '{"a":"$(id) `id` ; id"}'];
    expect((await executor().apply(context({ create }))).outputs).toEqual({ a: '$(id) `id` ; id' });
  });

  it('leaves nothing of its output in the work folder', async () => {
    await apply('echo \'{"key":"k"}\'; echo said >&2', { secretOutputs: ['key'] });
    expect(await readdir(inWork())).toEqual([]);
  });

  it('finds nothing there of what an attempt said whose worker was killed', async () => {
    const left = ['create.out', 'create.err', 'create.pid'];
    for (const name of left) await writeFile(inWork(name), 'password');
    const spec = { create: ['true'], inspect: ['true'] };
    await executor().inspect(context(spec));
    expect(await readdir(inWork())).toEqual([]);
  });

  it('is rid of what was said once tidied, unless the application lives', async () => {
    for (const name of ['create.err', 'inspect.err', 'note'])
      await writeFile(inWork(name), 'password');
    await writePidFile(inWork('inspect.pid'), process.pid);
    await executor().tidy?.(inWork());
    expect((await readdir(inWork())).sort()).toEqual(['inspect.err', 'inspect.pid', 'note']);
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
