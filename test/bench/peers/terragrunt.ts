import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Chains, writeModules } from '../chains.ts';
import { seconds } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { terraformVariables, writeCliConfiguration } from '../terraform.ts';
import { goPeer } from './go.ts';
import { runPeer } from './peers.ts';

const VERSION = 'v1.1.3';
const MODULE = 'github.com/gruntwork-io/terragrunt';

/** The path of the program. */
export function terragrunt(peersFolder: string): Promise<string> {
  return goPeer(peersFolder, {
    name: 'terragrunt',
    module: MODULE,
    moduleVersion: VERSION,
    linkerFlags: `-X ${MODULE}/internal/version.Version=${VERSION}`,
  });
}

/** `order`: each waits for the one before it. `values`: it is given its output as well. */
export type Passing = 'order' | 'values';

/** In seconds: everything in a fresh folder, without any state. */
export function applyWithTerragrunt(
  program: string,
  chains: Chains,
  { atOnce, passing }: { atOnce: number; passing: Passing },
): Promise<number> {
  return withFolder((cwd) => {
    writeModules(cwd, chains);
    for (const { id, before } of chains.stacks) {
      const text = before === null ? '' : needs(before, passing);
      writeFileSync(join(cwd, id, 'terragrunt.hcl'), text);
    }
    const parallelism = ['--parallelism', String(atOnce)];
    const args = ['run', '--all', 'apply', ...parallelism, '--non-interactive'];
    const variables = terraformVariables(writeCliConfiguration(cwd, ''));
    const env = { ...variables, TG_TF_PATH: 'terraform' };
    return seconds(() => runPeer(program, args, { cwd, env }));
  });
}

function needs(before: string, passing: Passing): string {
  if (passing === 'order') return `dependencies {\n  paths = ["../${before}"]\n}\n`;
  return `dependency "before" {
  config_path = "../${before}"
}
inputs = {
  from = dependency.before.outputs.name
}
`;
}
