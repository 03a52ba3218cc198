import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../bench/run.ts');

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

/** Whether the figures hold says nothing at such sizes. */
async function measure(name: string): Promise<Record<string, unknown>[]> {
  const file = join(folder, 'figures.json');
  const peers = join(folder, 'peers');
  const args = ['--quick', '--pairs', '1', '--only', name, '--json', file, '--peers', peers];
  await run(process.execPath, [PROGRAM, ...args]).catch(({ code, stderr }) => {
    if (code !== 1) throw new Error(stderr);
  });
  return JSON.parse(readFileSync(file, 'utf8'));
}

const PEERLESS = { value: null, ratio: null, holds: false };
const measured = { value: expect.any(Number), ratio: expect.any(Number) };

describe('a benchmark in a tiny size', () => {
  test.each([
    ['stacks-20', [measured, measured]],
    ['stacks-20-work', [measured]],
    ['stacks-20-terragrunt', [PEERLESS, PEERLESS]],
    ['stacks-20-cdktn', [PEERLESS, PEERLESS]],
    ['stacks-20-provider', [PEERLESS]],
    ['steps-chain', [PEERLESS, measured]],
    ['steps-fan', [PEERLESS, measured]],
    ['fairness', [measured]],
    ['memory', [measured]],
    ['api-burst', [measured]],
    ['api-health', [measured, measured]],
    ['plan', [measured, measured, measured]],
    ['dependents', [measured, measured]],
  ])('%s measures each of its figures, and writes them as promised', async (name, expected) => {
    const figures = await measure(name);

    expect(figures).toEqual(expected.map((one) => expect.objectContaining(one)));
    for (const figure of figures) {
      expect(figure).toEqual({
        ...figure,
        name: expect.stringMatching(new RegExp(`^${name}`)),
        unit: expect.any(String),
        comparedWith: expect.any(String),
        target: expect.any(Number),
        holds: expect.any(Boolean),
      });
      expect(Object.keys(figure)).toHaveLength(7);
    }
  });
});

describeOver(['RABBITMQ_URL', 'POSTGRES_URL'], 'a benchmark over real services', () => {
  test.each([
    ['broker-commands', [measured, measured]],
    ['postgres-commits', [measured, measured]],
  ])('%s tells its figures in a tiny size', async (name, told) => {
    expect(await measure(name)).toMatchObject(told);
  });
});
