import { readFileSync } from 'node:fs';
import { checkTerraform } from '../../executors/terraform/check-terraform.ts';
import { PRODUCTS } from '../../executors/terraform/product.ts';
import { compareVersions } from '../../model/version.ts';
import { askProgram } from '../../platform/process/ask-program.ts';
import { findProgram } from '../../platform/process/find-program.ts';
import { type Check, failed, ok, warning } from './check.ts';

/** The launcher has refused an older one already, where it could. */
export const nodeCheck: Check = {
  name: 'node',
  run: () => {
    const { node } = process.versions;
    const needed = nodeVersionMin();
    const found = `Node ${node} (${process.execPath})`;
    if (compareVersions(node, needed) >= 0) return ok(found);
    const how = `Install Node ${needed} or newer from https://nodejs.org, or run: npm install`;
    return failed(`${found} is too old: ${needed} is needed`, how);
  },
};

/** `>=24.15` in package.json, as a whole version. */
function nodeVersionMin(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { engines }: { engines: { node: string } } = JSON.parse(text);
  return `${engines.node.replace('>=', '')}.0`;
}

export const terraformCheck: Check = {
  name: 'terraform',
  run: async ({ config }) => {
    const { binary } = config.terraform;
    const found = await checkTerraform({ binary, host: process.env });
    return ok(`${PRODUCTS[found.product].name} ${found.version} (${found.binary})`);
  },
};

const GIT_TIMEOUT_MS = 10_000;
const GIT_OUTPUT_BYTES_MAX = 16 * 1024;

export const gitCheck: Check = {
  name: 'git',
  run: async () => {
    const path = process.env.PATH ?? '';
    const program = findProgram('git', path);
    const how =
      'Install Git (https://git-scm.com/downloads) if templates come from Git repositories.';
    if (program === undefined) return warning('git was not found on the PATH', how);
    const said = await askProgram({
      program,
      args: ['--version'],
      env: { PATH: path },
      timeoutMs: GIT_TIMEOUT_MS,
      outputBytesMax: GIT_OUTPUT_BYTES_MAX,
    });
    const version = /^git version (\d+(?:\.\d+)+)/.exec(said ?? '')?.[1];
    if (version === undefined) return warning(`${program} does not say its version`, how);
    return ok(`Git ${version} (${program})`);
  },
};
