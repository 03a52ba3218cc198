import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

/** Enough for a fault that was made just now; `npm run fuzz` takes as many as it is told. */
const INPUTS = process.env.CI === undefined ? 2_000 : 100_000;

/** What comes over the network, from whom one may not know. */
const REQUEST_PARTS = 5;
const REQUESTS = 100_000;

interface End {
  code: number | null;
  printed: string;
}

function fuzz(...args: string[]): Promise<End> {
  const child = spawn(process.execPath, ['--expose-gc', RUN, ...args]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, printed }));
  });
}

/** What follows `npm run fuzz --` in the line that repeats a failure. */
function repeating({ printed }: End): string[] {
  const words = /npm run fuzz -- (?<words>--only .+)/.exec(printed)?.groups?.words;
  return words?.split(' ') ?? [];
}

describe('generated inputs', () => {
  // In parts: what generates the requests remembers more with each of them.
  test(`break nothing of the API (${REQUESTS})`, async () => {
    for (let seed = 1; seed <= REQUEST_PARTS; seed += 1) {
      const inputs = REQUESTS / REQUEST_PARTS;
      const args = ['--only', 'requests', '--inputs', String(inputs), '--seed', String(seed)];
      const { code, printed } = await fuzz(...args);
      expect(code, printed).toBe(0);
      expect(printed).toMatch(new RegExp(`^${inputs} inputs, 0 failures`, 'm'));
    }
  });

  test(`break nothing that takes something from outside (${INPUTS})`, async () => {
    const { code, printed } = await fuzz('--inputs', String(INPUTS), '--seed', '1');
    expect(code, printed).toBe(0);
    const [, inputs = ''] = /^(\d+) inputs, 0 failures/m.exec(printed) ?? [];
    expect(Number(inputs)).toBeGreaterThanOrEqual(INPUTS);
  });
});

describe('a planted fault', () => {
  test('is found, made as small as it can be, and repeated by the command that is told', async () => {
    const found = await fuzz('--only', 'planted-crash', '--inputs', '500', '--seed', '5');
    expect(found.code).toBe(1);
    expect(found.printed).toContain('planted-crash failed for\n  4712\nTypeError: planted');
    const repeated = await fuzz(...repeating(found));
    expect(repeated.code).toBe(1);
    expect(repeated.printed).toContain('1 inputs, 1 failures');
    expect(repeated.printed).toContain('planted-crash failed for\n  4712\nTypeError: planted');
  });

  test('of an input that takes long is found', async () => {
    const { code, printed } = await fuzz('--only', 'planted-slowness', '--inputs', '20');
    expect(code).toBe(1);
    expect(printed).toMatch(/planted-slowness failed for\n {2}\d+\nError: it took \d+ ms/);
  });

  test('of an input that never ends is told with the command that repeats it', async () => {
    const args = ['--only', 'planted-hang', '--seed', '5', '--hang-ms', '1000'];
    const found = await fuzz(...args);
    expect(found.code).toBe(1);
    expect(found.printed).toContain('An input of planted-hang takes longer than 1 s');
    expect(repeating(found)).toEqual(expect.arrayContaining(['--path', '--seed', '5']));
    const repeated = await fuzz(...repeating(found), '--hang-ms', '1000');
    expect(repeated.printed).toContain('An input of planted-hang takes longer than 1 s');
  });

  test('that keeps what it was given is found', async () => {
    const { code, printed } = await fuzz('--only', 'planted-growth', '--inputs', '300');
    expect(code).toBe(1);
    expect(printed).toContain('Memory may grow by 50 MB.');
  });
});
