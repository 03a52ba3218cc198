import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { digest } from '../../platform/digest.ts';
import type { Inputs } from './inputs.ts';
import { keptText } from './kept-texts.ts';
import type { Module } from './modules/module.ts';

const MODULE_NAME = 'main';
export const STATE_FILE = 'terraform.tfstate';

export interface Stack extends Inputs {
  /** Where the module is, from the stack's folder: begins with `./`. */
  source: string;
  module: Module;
  outputs: readonly { name: string; sensitive: boolean }[];
  /** A folder that cdktf may use for itself. */
  scratchFolder: string;
}

let loading: ReturnType<typeof loadNow> | undefined;

/** Loaded when first needed: it takes longer than an apply, and most texts were made before. */
function load(): ReturnType<typeof loadNow> {
  loading ??= loadNow();
  return loading;
}

async function loadNow() {
  const [cdktf, { Construct }] = await Promise.all([import('cdktf'), import('constructs')]);
  return { cdktf, Construct };
}

/** Of equal stacks: those of every environment of a template, and of modules that are used alike. */
const texts = new Map<string, string>();
const TEXTS_MAX = 200;

/**
 * The text of `cdk.tf.json`: the same for equal stacks. `cacheFolder`: of the user, where texts are found
 * that other processes made; null: there is none.
 */
export async function synthesise(stack: Stack, cacheFolder: string | null): Promise<string> {
  const { source, module, outputs, inputs, providers } = stack;
  const sources = module.requirements.map(({ name, source: from }) => [name, from]);
  const key = JSON.stringify([source, sources, outputs, inputs, providers]);
  const text = texts.get(key) ?? (await foundOrBuilt(stack, key, cacheFolder));
  texts.delete(key);
  texts.set(key, text);
  const [oldest = key] = texts.keys();
  if (texts.size > TEXTS_MAX) texts.delete(oldest);
  return text;
}

function foundOrBuilt(stack: Stack, key: string, cacheFolder: string | null): Promise<string> {
  const folder = cacheFolder === null ? null : join(cacheFolder, 'terraform');
  return keptText(folder, `${makers()} ${key}`, () => build(stack));
}

let knownMakers: string | undefined;

/** What makes the texts: another version may make others. */
function makers(): string {
  const library = createRequire(import.meta.url).resolve('cdktf/package.json');
  knownMakers ??= digest(
    [import.meta.filename, library].map((file) => readFileSync(file, 'utf8')).join(''),
  );
  return knownMakers;
}

async function build(stack: Stack): Promise<string> {
  const { cdktf, Construct } = await load();
  const {
    App,
    LocalBackend,
    TerraformHclModule,
    TerraformOutput,
    TerraformStack,
    TerraformVariable,
  } = cdktf;
  const app = new App({ outdir: stack.scratchFolder, stackTraces: false, skipValidation: true });
  const root = new TerraformStack(app, 'stack');
  new LocalBackend(root, { path: STATE_FILE });
  // A folder of the tree for each kind: a variable and an output may have one name.
  const variables = new Construct(root, 'variables');
  for (const { variable, sensitive } of stack.inputs) {
    const type = { type: 'any', ...(sensitive ? { sensitive } : {}) };
    new TerraformVariable(variables, variable, type).overrideLogicalId(variable);
  }
  const module = new TerraformHclModule(root, MODULE_NAME, {
    source: stack.source,
    skipAssetCreationFromLocalModules: true,
    variables: Object.fromEntries(moduleVariables(stack)),
  });
  const outputs = new Construct(root, 'outputs');
  for (const { name, sensitive } of stack.outputs) {
    const value = { value: module.get(name), ...(sensitive ? { sensitive } : {}) };
    new TerraformOutput(outputs, name, value).overrideLogicalId(name);
  }
  addProviders(root, stack);
  // Notes of cdktf for its own command line say nothing to Terraform.
  const withoutNotes = (key: string, value: unknown) => (key === '//' ? undefined : value);
  return JSON.stringify(root.toTerraform(), withoutNotes, 2);
}

function moduleVariables({ inputs }: Stack): [string, string][] {
  return inputs
    .filter(({ path }) => path[0] === 'variables')
    .map(({ variable }) => [variable, `\${var.${variable}}`]);
}

/** A provider's name in the root module must mean what it means in the module. */
function addProviders(
  root: { addOverride(path: string, value: unknown): void },
  { providers, module }: Stack,
): void {
  for (const [name, configuration] of Object.entries(providers)) {
    root.addOverride(`provider.${name}`, [configuration]);
    const source = module.requirements.find((requirement) => requirement.name === name)?.source;
    if (source !== undefined && source !== null) {
      root.addOverride(`terraform.required_providers.${name}`, { source });
    }
  }
}
