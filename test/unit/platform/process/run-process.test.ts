import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../../../src/platform/clock.ts';
import { findOrphan, isAlive } from '../../../../src/platform/process/pid-record.ts';
import type { ProcessRequest } from '../../../../src/platform/process/request.ts';
import { ProgramNotFoundError, runProcess } from '../../../../src/platform/process/run-process.ts';
import { stopProcess } from '../../../../src/platform/process/stop-process.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

const PATH = '/usr/local/bin:/usr/bin:/bin';

function shell(script: string, changes: Partial<ProcessRequest> = {}): ProcessRequest {
  return {
    command: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: { PATH },
    stdoutFile: join(folder, 'out'),
    stderrFile: join(folder, 'err'),
    input: null,
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    graceMs: 10_000,
    outputBytesMax: 1024 * 1024,
    ...changes,
  };
}

/** A process that is known to have come as far as writing its first line. */
function started(script: string, changes: Partial<ProcessRequest> = {}) {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const lines: string[] = [];
  const result = runProcess(
    shell(`${script}`, {
      onStdoutLine: (line) => {
        lines.push(line);
        resolve();
      },
      ...changes,
    }),
  );
  return { ready, result, lines };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 20);
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

describe('a process', () => {
  it('is ended before one of its files grows beyond its bound', async () => {
    const big = 'head -c 5000 /dev/zero > big && echo went on';
    const result = await runProcess(shell(big, { fileBytesMax: 2_000 }));
    expect(result.exitCode).not.toBe(0);
    expect((await stat(join(folder, 'big'))).size).toBeLessThanOrEqual(2_048);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('');
    expect((await runProcess(shell(big, { fileBytesMax: 5_000 }))).exitCode).toBe(0);
  });

  it('ends with its exit code, and its output stands in files that only the owner can read', async () => {
    const result = await runProcess(shell('echo out; echo err >&2; exit 3'));
    expect(result).toMatchObject({ exitCode: 3, signal: null, killed: false, cancelled: false });
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('out\n');
    expect(await readFile(join(folder, 'err'), 'utf8')).toBe('err\n');
    expect((await stat(join(folder, 'out'))).mode & 0o777).toBe(0o600);
  });

  it('gets the named variables and no others', async () => {
    process.env.LEAKED_TO_CHILD = 'yes';
    await runProcess(shell('env', { env: { PATH, GIVEN: '1' } }));
    delete process.env.LEAKED_TO_CHILD;
    const text = await readFile(join(folder, 'out'), 'utf8');
    expect(text).toContain('GIVEN=1');
    expect(text).not.toContain('LEAKED_TO_CHILD');
    expect(text).not.toContain('HOME=');
  });

  it('reads what it is given, and may end without reading it', async () => {
    await runProcess(shell('cat', { input: 'given text' }));
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('given text');
    const unread = await runProcess(shell('exit 0', { input: 'x'.repeat(4_000_000) }));
    expect(unread.exitCode).toBe(0);
  });

  it('creates files for its owner alone where that is asked for', async () => {
    await runProcess(shell('echo x > private', { privateFiles: true }));
    expect((await stat(join(folder, 'private'))).mode & 0o777).toBe(0o600);
  });

  it('tells every line once, the last one without an end too', async () => {
    const lines: string[] = [];
    const request = shell('for i in 1 2 3; do echo "line $i ä"; sleep 0.08; done; printf rest', {
      onStdoutLine: (line) => lines.push(line),
    });
    await runProcess(request);
    expect(lines).toEqual(['line 1 ä', 'line 2 ä', 'line 3 ä', 'rest']);
  });

  it('rejects where the program does not exist', async () => {
    const attempt = runProcess(shell('', { command: 'no-such-program-here' }));
    await expect(attempt).rejects.toThrow(ProgramNotFoundError);
  });

  it('is found beside the working folder by a relative path', async () => {
    await writeFile(join(folder, 'app'), '#!/bin/sh\necho "$1"\n', { mode: 0o755 });
    await runProcess(shell('', { command: './app', args: ['a b'] }));
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('a b\n');
  });

  it('is not started once the request is aborted', async () => {
    const result = await runProcess(shell('touch started', { signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ pid: null, cancelled: true, killed: false });
    expect(await exists(join(folder, 'started'))).toBe(false);
  });

  it('does not begin where the last question before that aborts it', async () => {
    const controller = new AbortController();
    const confirm = async () => {
      await sleep(systemClock, 100);
      controller.abort();
    };
    const terms = { signal: controller.signal, confirm, pidFile: join(folder, 'pid') };
    const result = await runProcess(shell('touch started', terms));
    expect(result).toMatchObject({ cancelled: true, killed: false });
    expect(await exists(join(folder, 'started'))).toBe(false);
  });

  it('is stopped with an error that a receiver of lines throws', async () => {
    const request = shell('echo line; sleep 30', {
      onStdoutLine: () => {
        throw new Error('cannot read that');
      },
    });
    await expect(runProcess(request)).rejects.toThrow('cannot read that');
  });
});

describe('a process that is aborted', () => {
  it('gets one stop signal and may end in its own way', async () => {
    const controller = new AbortController();
    const { ready, result } = started(
      'trap "echo told >> told; exit 7" INT; echo ready; while :; do sleep 0.05; done',
      { signal: controller.signal, stopSignal: 'SIGINT' },
    );
    await ready;
    controller.abort();
    expect(await result).toMatchObject({ exitCode: 7, cancelled: true, killed: false });
    expect(await readFile(join(folder, 'told'), 'utf8')).toBe('told\n');
  });

  it('is killed with its whole group after the grace, and the result says so', async () => {
    const controller = new AbortController();
    const { ready, result } = started(
      'trap "" INT TERM; (while :; do echo x >> alive; sleep 0.05; done) & echo ready; wait; wait',
      { signal: controller.signal, graceMs: 200 },
    );
    await ready;
    await until(() => exists(join(folder, 'alive')));
    controller.abort();
    expect(await result).toMatchObject({ exitCode: null, signal: 'SIGKILL', killed: true });
    const size = (await stat(join(folder, 'alive'))).size;
    await sleep(systemClock, 300);
    expect((await stat(join(folder, 'alive'))).size).toBe(size);
  });

  it('leaves no children behind that ignore the end of their parent', async () => {
    const controller = new AbortController();
    const { ready, result } = started('sleep 60 & echo $!; wait', { signal: controller.signal });
    await ready;
    const child = Number(await readFile(join(folder, 'out'), 'utf8'));
    controller.abort();
    expect(await result).toMatchObject({ signal: 'SIGTERM', cancelled: true, killed: false });
    await until(async () => !(await exists(`/proc/${child}/cwd/out`)));
  });
});

describe('a bound', () => {
  it('on time stops the process', async () => {
    const result = await runProcess(shell('sleep 30', { timeoutMs: 100 }));
    expect(result).toMatchObject({ signal: 'SIGTERM', timedOut: true, cancelled: false });
  });

  it('on output stops the process', async () => {
    const result = await runProcess(shell('yes; sleep 30', { outputBytesMax: 10_000 }));
    expect(result).toMatchObject({ outputExceeded: true, timedOut: false, cancelled: false });
  });

  it('on output gives no grace to a process that only writes on', async () => {
    const result = await runProcess(shell('trap "" TERM; yes', { outputBytesMax: 10_000 }));
    expect(result).toMatchObject({ outputExceeded: true, killed: true });
  });

  it('on output also bounds what is told of it', async () => {
    let lines = 0;
    await runProcess(
      shell('yes', {
        outputBytesMax: 10_000,
        onStdoutLine: () => {
          lines += 1;
        },
      }),
    );
    // One look of a megabyte found out that it is too much, a last one takes the bound.
    expect(lines * 2).toBeLessThanOrEqual(2 * 1024 * 1024);
  });
});

describe('a process that was killed by somebody else', () => {
  it('counts as killed, and leaves no children behind', async () => {
    const { ready, result } = started('sleep 60 & echo $$ $!; wait');
    await ready;
    const [own = 0, child] = (await readFile(join(folder, 'out'), 'utf8')).split(' ').map(Number);
    process.kill(own, 'SIGKILL');
    expect(await result).toMatchObject({ killed: true, cancelled: false, signal: 'SIGKILL' });
    await until(async () => !(await exists(`/proc/${child}/cwd/out`)));
  });
});

/** Starts a process from a Node of its own, which can then be killed. */
async function startFromAnotherNode(script: string) {
  const request = { ...shell(script), pidFile: join(folder, 'pid'), signal: null };
  const module = new URL('../../../../src/platform/process/run-process.ts', import.meta.url).href;
  const program = `
    import { runProcess } from ${JSON.stringify(module)};
    const signal = new AbortController().signal;
    await runProcess({ ...${JSON.stringify(request)}, signal });`;
  const node = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await until(async () => (await findOrphan(join(folder, 'pid'))) !== undefined);
  await until(() => exists(join(folder, 'ready')));
  return node;
}

describe('a process whose parent is killed', () => {
  it('is told to stop, exactly once', async () => {
    const node = await startFromAnotherNode(
      'trap "echo told >> told" TERM; touch ready; while ! test -e end; do sleep 0.05; done',
    );
    node.kill('SIGKILL');
    await until(() => exists(join(folder, 'told')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await writeFile(join(folder, 'end'), '');
    await until(async () => (await findOrphan(join(folder, 'pid'))) === undefined);
    expect(await readFile(join(folder, 'told'), 'utf8')).toBe('told\n');
  });

  it('is found again, and can be stopped, if it does not heed that', async () => {
    const node = await startFromAnotherNode(
      'trap "" TERM; touch ready; while :; do sleep 0.05; done',
    );
    node.kill('SIGKILL');
    await new Promise((resolve) => node.once('exit', resolve));
    const orphan = await findOrphan(join(folder, 'pid'));
    if (orphan === undefined) throw new Error('the orphan was not found');
    expect(await stopProcess(orphan, { graceMs: 200 })).toBe('killed');
    expect(await isAlive(orphan)).toBe(false);
    expect(await stopProcess(orphan, { graceMs: 200 })).toBe('ended');
  });
});

describe('a record of a process', () => {
  it('is gone when the process has ended', async () => {
    const pidFile = join(folder, 'pid');
    const { ready, result } = started('echo ready; read line', { pidFile, input: '' });
    await ready;
    await result;
    expect(await exists(pidFile)).toBe(false);
  });

  it('does not mean another process that has the same number now', async () => {
    expect(await isAlive({ pid: process.pid, startTime: 'another' })).toBe(false);
    await writeFile(join(folder, 'pid'), JSON.stringify({ pid: process.pid, startTime: '1' }));
    expect(await findOrphan(join(folder, 'pid'))).toBeUndefined();
  });

  it('that cannot be read means no process', async () => {
    await writeFile(join(folder, 'pid'), '{');
    expect(await findOrphan(join(folder, 'pid'))).toBeUndefined();
    expect(await findOrphan(join(folder, 'none'))).toBeUndefined();
  });
});
