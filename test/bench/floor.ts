import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Chains, writeModules } from './chains.ts';
import { seconds } from './figure.ts';
import { withFolder } from './folder.ts';
import { terraformVariables, writeCliConfiguration } from './terraform.ts';

const run = promisify(execFile);

export interface FloorTerms {
  atOnce: number;
  /** Text of Terraform's CLI configuration. */
  cliConfiguration?: string;
  env?: Record<string, string>;
}

/**
 * What nobody can avoid who has Terraform make these stacks: `init` and `apply` of each as plain
 * processes, in the order of dependency, a bounded number at once. Records nothing. In seconds, from
 * the first process to the end of the last.
 */
export function applyPlainly(chains: Chains, terms: FloorTerms): Promise<number> {
  return withFolder((folder) => {
    writeModules(folder, chains);
    const cliConfigFile = writeCliConfiguration(folder, terms.cliConfiguration ?? '');
    const env = { ...terraformVariables(cliConfigFile), ...terms.env };
    return seconds(() => applyAll(chains, terms.atOnce, (id) => applyOne(join(folder, id), env)));
  });
}

/** As many lanes as may work at once; each takes the next stack whose turn has come. */
async function applyAll(
  { stacks }: Chains,
  atOnce: number,
  apply: (id: string) => Promise<void>,
): Promise<void> {
  const done = new Set<string>();
  const waiting = [...stacks];
  let ended = Promise.withResolvers<void>();
  const lane = async () => {
    while (waiting.length > 0) {
      const at = waiting.findIndex(({ before }) => before === null || done.has(before));
      const [stack] = at === -1 ? [] : waiting.splice(at, 1);
      if (stack === undefined) {
        await ended.promise;
        continue;
      }
      await apply(stack.id);
      done.add(stack.id);
      ended.resolve();
      ended = Promise.withResolvers();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function applyOne(cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run('terraform', ['init', '-input=false', '-no-color'], { cwd, env });
  await run('terraform', ['apply', '-auto-approve', '-input=false', '-no-color'], { cwd, env });
}
