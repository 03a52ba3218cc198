import { posix } from 'node:path';
import { type Block, type ConfigurationFile, type Reading, readConfiguration } from './hcl.ts';
import type { NamedModule } from './manifest.ts';
import { foldersOfModule, type ModuleFiles, moduleFolder } from './module-files.ts';
import { readModuleSource, versionFault } from './module-source.ts';

/** What can be known of a module without running Terraform. */
export interface Module {
  variables: { name: string; type: string | null; required: boolean; sensitive: boolean }[];
  outputs: { name: string; sensitive: boolean }[];
  /** Local names of the providers that it and its nested modules use. */
  providers: string[];
  /** The same, by the folder in which each name is used. */
  providerUses: { folder: string; name: string }[];
  /** What its folders ask of providers; a module without any needs nothing but Terraform. */
  requirements: { folder: string; name: string; source: string | null; version: string | null }[];
  /** Calls of nested modules, which make up the tree that `terraform init` prepares. */
  calls: { folder: string; name: string; source: string }[];
  /** Calls of modules that come from elsewhere, and are not in the bundle yet. */
  remotes: { path: string; name: string; module: NamedModule }[];
  /** False where one of its files cannot be read: then it may have other variables and outputs. */
  isRead: boolean;
  /** Why it cannot be used here, in plain words. */
  problems: string[];
}

/** Built into Terraform itself: never downloaded. */
export const BUILT_IN = 'terraform';

/** Reads the module and every local module below it. */
export async function readModule(
  files: ModuleFiles,
  module: string,
  reading: Reading,
): Promise<Module> {
  const read: Module = emptyModule();
  for (const folder of foldersOfModule(files, module)) {
    for (const name of files.list(folder)) {
      const path = posix.join(folder, name);
      try {
        const configuration = await readConfiguration(path, files.read(path), reading);
        addFile(read, { files, folder, path, isRoot: folder === module }, configuration);
      } catch (error) {
        read.isRead = false;
        read.problems.push(`${path} cannot be read: ${reasonOf(error)}`);
      }
    }
  }
  read.providers = [...new Set(read.providerUses.map(({ name }) => name))].sort();
  return read;
}

function emptyModule(): Module {
  return {
    variables: [],
    outputs: [],
    providers: [],
    providerUses: [],
    requirements: [],
    calls: [],
    remotes: [],
    isRead: true,
    problems: [],
  };
}

interface Place {
  files: ModuleFiles;
  folder: string;
  path: string;
  isRoot: boolean;
}

function addFile(module: Module, place: Place, file: ConfigurationFile): void {
  if (place.isRoot) {
    module.variables.push(...Object.entries(file.variable).map(variableOf));
    module.outputs.push(...Object.entries(file.output).map(outputOf));
  }
  for (const [name, body] of Object.entries(file.module)) addCall(module, place, name, body);
  const names = [
    ...file.resources.map(({ type, body }) => providerOf(type, body)),
    ...Object.keys(file.provider),
  ];
  module.providerUses.push(...names.map((name) => ({ folder: place.folder, name })));
  for (const settings of file.terraform) addSettings(module, place, settings);
}

function variableOf([name, body]: [string, Block]): Module['variables'][number] {
  return {
    name,
    type: typeof body.type === 'string' ? unwrapped(body.type) : null,
    required: !('default' in body),
    sensitive: body.sensitive === true,
  };
}

function outputOf([name, body]: [string, Block]): Module['outputs'][number] {
  return { name, sensitive: body.sensitive === true };
}

function addCall(module: Module, place: Place, name: string, body: Block): void {
  const { files, folder, path } = place;
  const source = String(body.source ?? '');
  const version = typeof body.version === 'string' ? body.version : null;
  const report = (what: string) => module.problems.push(`${path}: module "${name}"${what}`);
  const from = readModuleSource(source);
  if (from.kind === 'refused') {
    const { reason, suggestion } = from;
    report(` comes from ${JSON.stringify(source)}, which ${reason}. ${suggestion ?? ''}`.trimEnd());
    return;
  }
  if (from.kind !== 'local') {
    const fault = versionFault(from, version);
    if (fault === null) module.remotes.push({ path, name, module: { source, version } });
    else report(`: ${fault}`);
    return;
  }
  const target = moduleFolder(posix.join(folder, source));
  if (target === undefined) report(` leaves the template's folder (${source}).`);
  else if (files.list(target).length === 0) {
    report(`: there is no module in ${target || './'}.`);
  }
  module.calls.push({ folder, name, source });
}

function providerOf(type: string, body: Block): string {
  const chosen = body.provider;
  const name = typeof chosen === 'string' ? unwrapped(chosen) : type;
  return (typeof chosen === 'string' ? name.split('.') : name.split('_'))[0] ?? name;
}

function addSettings(module: Module, place: Place, settings: Block): void {
  const { path, isRoot } = place;
  for (const name of ['backend', 'cloud']) {
    if (!isRoot || !(name in settings)) continue;
    module.problems.push(
      `${path}: a ${name} block. Biotope keeps the state itself, sealed in its store: remove it.`,
    );
  }
  for (const requirement of blocksOf(settings.required_providers).flatMap(Object.entries)) {
    addRequirement(module, place, requirement);
  }
}

function addRequirement(
  module: Module,
  { folder, path, isRoot }: Place,
  [name, value]: [string, unknown],
): void {
  const body: Block = typeof value === 'string' ? { version: value } : (blocksOf(value)[0] ?? {});
  const text = (key: string) => (typeof body[key] === 'string' ? body[key] : null);
  module.requirements.push({ folder, name, source: text('source'), version: text('version') });
  module.providerUses.push({ folder, name });
  // Inside, whoever calls a module gives it its providers.
  if (!isRoot || !('configuration_aliases' in body)) return;
  module.problems.push(
    `${path}: provider ${name} asks its caller for configuration_aliases, which cannot be given here.`,
  );
}

function blocksOf(value: unknown): Block[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item): item is Block => typeof item === 'object' && item !== null);
}

function unwrapped(expression: string): string {
  return /^\$\{(?<inner>.*)\}$/s.exec(expression)?.groups?.inner ?? expression;
}

/** Providers that Terraform has to fetch before it can work with the module. */
export function fetchedProviders(module: Module): string[] {
  return module.providers.filter((name) => name !== BUILT_IN);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : 'it is no Terraform configuration';
}
