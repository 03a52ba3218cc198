import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface End {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What `npm run simulate`, `faults`, `fuzz` and `bench` start. */
function start(program: string, ...args: string[]): { child: ChildProcess; end: Promise<End> } {
  const file = fileURLToPath(new URL(`../${program}/run.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = new Promise<End>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, end };
}

const WRONG: [program: string, line: string, told: string][] = [
  ['simulation', '--seed 5', "Unknown option '--seed'"],
  ['simulation', '--seeds 0', '--seeds takes a whole number'],
  ['simulation', '--threads 0', '--threads takes a whole number'],
  ['simulation', '--planted nothing', 'There is no planted bug nothing'],
  ['faults', '--only full-disk', '--only goes with --full'],
  ['faults', '--full --only nothing', 'There is no scenario nothing'],
  ['faults', '--full --only full-disk --report /nowhere/at/all.md', 'The report cannot be kept'],
  ['fuzz', '--inputs many', '--inputs takes a whole number'],
  ['fuzz', '--only nothing', '--only takes one of expressions'],
  ['fuzz', '--path 3', '--path needs --only'],
  ['bench', '--only nothing', 'There is no benchmark "nothing"'],
];

describe('a program of the tests', () => {
  test.for(WRONG)('%s %s is refused with one line: %s', async ([program, line, told]) => {
    const { code, stdout, stderr } = await start(program, ...line.split(' ')).end;
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('    at ');
  });

  test.for(['simulation', 'faults', 'fuzz', 'bench'])('%s tells its options', async (program) => {
    const { code, stdout } = await start(program, '--help').end;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^npm run \w+ \[-- /);
    expect(stdout).toMatch(/^ {2}--help$/m);
  });

  test('that is interrupted ends what it has begun, and tells what it has seen', async () => {
    const { child, end } = start('fuzz', '--only', 'expressions', '--inputs', '1000000000');
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await end;
    expect(stderr).toMatch(/^seed \d+\nThe inputs at hand come to their end\.\n$/);
    expect(stdout).toMatch(/^\d+ inputs, 0 failures/m);
    expect(code).toBe(130);
  });
});
