import { readFileSync } from 'node:fs';
import { findGit } from '../../catalog/git/find-git.ts';
import { checkTerraform } from '../../executors/terraform/program/check-terraform.ts';
import { PRODUCTS } from '../../executors/terraform/program/product.ts';
import { isBiotopeError } from '../../model/errors.ts';
import { compareVersions } from '../../model/version.ts';
import { terraformSettings } from '../terraform-settings.ts';
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
  run: async ({ config, paths }) => {
    const found = await checkTerraform(terraformSettings(config, paths));
    return ok(`${PRODUCTS[found.product].name} ${found.version} (${found.binary})`);
  },
};

export const gitCheck: Check = {
  name: 'git',
  run: async () => {
    try {
      const { program, version } = await findGit(process.env.PATH);
      return ok(`Git ${version} (${program})`);
    } catch (error) {
      if (!isBiotopeError(error, 'GIT_MISSING')) throw error;
      const how =
        'Install Git 2.32 or newer (https://git-scm.com/downloads) if templates come from Git repositories.';
      return warning(String(error.facts.reason), how);
    }
  },
};
