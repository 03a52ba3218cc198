import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Stack, writeModules } from './chains.ts';

const run = promisify(execFile);

/**
 * What nobody can avoid who has Terraform make these stacks: `init` and `apply` of each as plain
 * processes, in the order of dependency, a bounded number at once. Records nothing.
 */
export async function applyPlainly(
  stacks: readonly Stack[],
  { atOnce, env = {} }: { atOnce: number; env?: Record<string, string> },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-floor-'));
  try {
    writeModules(folder, stacks);
    const done = new Set<string>();
    const waiting = [...stacks];
    const lane = async () => {
      for (;;) {
        const at = waiting.findIndex(({ before }) => before === null || done.has(before));
        const [stack] = at === -1 ? [] : waiting.splice(at, 1);
        if (stack === undefined && waiting.length === 0) return;
        if (stack === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
        else {
          await applyOne(join(folder, stack.id), env);
          done.add(stack.id);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function applyOne(cwd: string, env: Record<string, string>): Promise<void> {
  const options = { cwd, env: { ...process.env, CHECKPOINT_DISABLE: '1', ...env } };
  await run('terraform', ['init', '-input=false', '-no-color'], options);
  await run('terraform', ['apply', '-auto-approve', '-input=false', '-no-color'], options);
}
