import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BIOTOPE = resolve(import.meta.dirname, '../../bin/biotope');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function shell(script: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const options = { cwd: folder, env: { ...process.env, BIOTOPE } };
    execFile('bash', ['-c', script], options, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

describe.runIf(process.platform === 'linux')('an answer that cannot be written', () => {
  it('is told in a sentence where the disk is full', async () => {
    const { code, stderr } = await shell('"$BIOTOPE" environment list > /dev/full');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: The answer cannot be written: ENOSPC.*\n$/);
  });

  it('ends quietly as by SIGPIPE where the reader has gone', async () => {
    // The reader has ended before the first word is written.
    const pipe = 'exec 3> >(exec true); wait $!; "$BIOTOPE" environment list >&3';
    expect(await shell(pipe)).toEqual({ code: 141, stdout: '', stderr: '' });
  });
});
