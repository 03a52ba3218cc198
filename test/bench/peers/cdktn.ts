import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Chains, writeModules } from '../chains.ts';
import { seconds } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { terraformVariables, writeCliConfiguration } from '../terraform.ts';
import { npmPeer, runPeer } from './peers.ts';

const VERSION = '0.24.0';
const PACKAGES = [`cdktn-cli@${VERSION}`, `cdktn@${VERSION}`, 'constructs@10.7.2'];

/** The folder that its packages lie in. */
export function cdktn(peersFolder: string): Promise<string> {
  return npmPeer(peersFolder, `cdktn-${VERSION}`, PACKAGES);
}

/** The same modules as a program that makes a stack of each, in the order of the chains. */
const PROGRAM = `const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { App, TerraformHclModule, TerraformStack } = require('cdktn');
const app = new App();
const stacks = new Map();
for (const { id, before } of JSON.parse(readFileSync('stacks.json', 'utf8'))) {
  const stack = new TerraformStack(app, id);
  const source = resolve(id);
  new TerraformHclModule(stack, 'main', { source, skipAssetCreationFromLocalModules: true });
  if (before !== null) stack.addDependency(stacks.get(before));
  stacks.set(id, stack);
}
app.synth();
`;

/** In seconds: everything in a fresh folder, without any state. */
export function deployWithCdktn(
  packages: string,
  chains: Chains,
  { atOnce }: { atOnce: number },
): Promise<number> {
  return withFolder((cwd) => {
    writeModules(cwd, chains);
    writeFileSync(join(cwd, 'stacks.json'), JSON.stringify(chains.stacks));
    writeFileSync(join(cwd, 'main.cjs'), PROGRAM);
    const settings = { language: 'typescript', app: `"${process.execPath}" main.cjs` };
    const consent = { projectId: 'bench', sendCrashReports: 'false' };
    writeFileSync(join(cwd, 'cdktf.json'), JSON.stringify({ ...settings, ...consent }));
    symlinkSync(join(packages, 'node_modules'), join(cwd, 'node_modules'));
    const program = join(packages, 'node_modules/cdktn-cli/bin/cdktn');
    const args = ['deploy', '*', '--auto-approve', '--parallelism', String(atOnce)];
    const variables = terraformVariables(writeCliConfiguration(cwd, ''));
    const env = { ...variables, CI: '1', DISABLE_VERSION_CHECK: '1' };
    return seconds(() => runPeer(process.execPath, [program, ...args], { cwd, env }));
  });
}
