import { isBiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { didYouMean } from '../../model/nearest.ts';
import { TERRAFORM_BACKEND } from '../../systems/systems.ts';
import type { BundleReader, ExecutorDefinition, SpecCheck, SpecProblem } from '../executor.ts';
import { checkAdoption } from './import-addresses.ts';
import { findModule } from './modules/find-module.ts';
import type { Reading } from './modules/hcl.ts';
import { literalFault } from './modules/literal-type.ts';
import { moduleKey, readManifest, VENDORED_FOLDER } from './modules/manifest.ts';
import { type Module, readModule } from './modules/module.ts';
import {
  filesOfBundle,
  foldersOfModule,
  type ModuleFiles,
  outermost,
} from './modules/module-files.ts';
import { readSpec, type TerraformSpec } from './spec.ts';

const HOUR_MS = 3_600_000;

/** Many resources of a template may use one module: it is read once for each look at a bundle. */
const modules = new WeakMap<BundleReader, Map<string, Promise<Module>>>();

function moduleOf({ bundle, files, folder, reading }: Found): Promise<Module> {
  const known = modules.get(bundle) ?? new Map<string, Promise<Module>>();
  modules.set(bundle, known);
  const key = `${reading} ${folder}`;
  const module = known.get(key) ?? readModule(files, folder, reading);
  known.set(key, module);
  return module;
}

/**
 * Secrets may stand in the values of `variables`, `providers` and `credentials`. A variable that
 * gets one is sensitive to Terraform, whatever the module says of it: an output that shows it must
 * be declared sensitive, otherwise Terraform refuses before it changes anything.
 */
function definitionReading(reading: Reading): ExecutorDefinition {
  return {
    kind: 'terraform',
    description: 'Applies a Terraform module of the template',
    canInspect: () => true,
    ignorable: 'attributes, by the address of what has them',
    checkAdoption,
    check: (given, bundle) => check(given, bundle, reading),
    secretAdvice: 'Put it under variables.',
    allowsSecret: (_spec, [place, name, ...rest]) => {
      if (name === undefined) return false;
      if (place === 'variables') return true;
      if (place === 'providers') return rest.length > 0;
      return place === 'credentials' && typeof name === 'string' && rest.length === 0;
    },
    needs: () => [TERRAFORM_BACKEND],
    startsPrograms: true,
    defaultTimeoutMs: HOUR_MS,
  };
}

export const terraformDefinition = definitionReading('whole');

/**
 * For modules that are known to be right: what is recorded of them stands in their outlines, and the
 * parser that finds what is wrong inside an expression takes long to load.
 */
export const tellingTerraformDefinition = definitionReading('outline');

async function check(
  given: JsonObject,
  bundle: BundleReader,
  reading: Reading,
): Promise<SpecCheck> {
  const { spec, problems } = readSpec(given);
  if (spec === null) return { problems, contentPaths: [], outputs: null };
  const files = filesOfBundle(bundle);
  const found = findModule(files, spec);
  if (found.kind === 'refused') return failed(found.reason, null);
  if (found.kind === 'missing' || (found.kind === 'elsewhere' && isLikelyHere(spec, bundle))) {
    return noModule(spec, bundle);
  }
  // What it needs and has is checked once it is in the bundle.
  if (found.kind === 'elsewhere') return { problems: [], contentPaths: [], outputs: null };
  return checkModule(spec, { bundle, files, folder: found.folder, reading }).catch(
    (error: unknown) => {
      if (isBiotopeError(error, 'TEMPLATE_INVALID')) return failed(error.message, null);
      throw error;
    },
  );
}

interface Found {
  bundle: BundleReader;
  files: ModuleFiles;
  folder: string;
  reading: Reading;
}

async function checkModule(spec: TerraformSpec, found: Found): Promise<SpecCheck> {
  const { files, folder } = found;
  const module = await moduleOf(found);
  return {
    problems: [
      ...[...module.problems, ...refusedCalls(files, module)].map((message) => ({
        path: ['module'],
        message,
        suggestion: null,
      })),
      ...(module.isRead ? [...checkVariables(spec, module), ...checkNames(spec, module)] : []),
    ],
    contentPaths: outermost(foldersOfModule(files, folder)).map((path) => path || '.'),
    outputs: module.isRead ? outputsOf(spec, module) : null,
  };
}

function outputsOf(spec: TerraformSpec, { outputs }: Module): SpecCheck['outputs'] {
  return outputs
    .filter(({ name }) => spec.outputs?.includes(name) ?? true)
    .map(({ name, sensitive }) => ({ name, secret: sensitive }));
}

function failed(message: string, suggestion: string | null): SpecCheck {
  return { problems: [{ path: ['module'], message, suggestion }], contentPaths: [], outputs: null };
}

/** A path with three segments looks like a registry's module: the folder it begins with tells. */
function isLikelyHere({ folder, version }: TerraformSpec, { paths }: BundleReader): boolean {
  const first = `${folder?.split('/')[0]}/`;
  return version === null && folder !== null && paths.some((path) => path.startsWith(first));
}

function refusedCalls(files: ModuleFiles, { remotes }: Module): string[] {
  const refused = readManifest(files)?.refused ?? {};
  return remotes.flatMap(({ path, name, module }) => {
    const reason = refused[moduleKey(module)];
    return reason === undefined ? [] : [`${path}: module "${name}": ${reason}`];
  });
}

function noModule({ module, folder }: TerraformSpec, bundle: BundleReader): SpecCheck {
  const folders = new Set(
    bundle.paths
      .filter((path) => /\.tf(?:\.json)?$/.test(path) && !path.startsWith(VENDORED_FOLDER))
      .map((path) => `./${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`),
  );
  const place = `./${folder ?? module}`;
  return failed(`There are no .tf files in ${place}.`, didYouMean(place, folders));
}

function checkVariables(spec: TerraformSpec, module: Module): SpecProblem[] {
  const missing = module.variables
    .filter(({ name, required }) => required && !Object.hasOwn(spec.variables, name))
    .map(({ name, type }) => ({
      path: ['variables'],
      message: `The module needs the variable ${name}${type === null ? '' : ` (${type})`}.`,
      suggestion: `Add ${name} below variables.`,
    }));
  return [
    ...missing,
    ...Object.keys(spec.variables).flatMap((name) => checkValue(spec, module, name)),
  ];
}

/** Those that the fault has in words already. */
const SIMPLE_TYPES = ['string', 'number', 'bool'];

function checkValue(spec: TerraformSpec, module: Module, name: string): SpecProblem[] {
  const path = ['variables', name];
  const variable = module.variables.find((candidate) => candidate.name === name);
  if (variable === undefined) {
    return [unknownName(path, { what: 'variable', name, known: module.variables })];
  }
  const value = spec.variables[name];
  const fault =
    variable.type === null || value === undefined ? undefined : literalFault(value, variable.type);
  if (fault === undefined) return [];
  const type = SIMPLE_TYPES.includes(variable.type ?? '') ? '' : ` (${variable.type})`;
  return [{ path, message: `The variable ${name} ${fault}${type}.`, suggestion: null }];
}

function checkNames(spec: TerraformSpec, module: Module): SpecProblem[] {
  const providers = module.providers.map((name) => ({ name }));
  return [
    ...Object.keys(spec.providers)
      .filter((name) => !module.providers.includes(name))
      .map((name) =>
        unknownName(['providers', name], { what: 'provider', name, known: providers }),
      ),
    ...(spec.outputs ?? []).flatMap((name, at) =>
      module.outputs.some((output) => output.name === name)
        ? []
        : [unknownName(['outputs', at], { what: 'output', name, known: module.outputs })],
    ),
  ];
}

function unknownName(
  path: (string | number)[],
  { what, name, known }: { what: string; name: string; known: { name: string }[] },
): SpecProblem {
  const names = known.map((candidate) => candidate.name);
  const list = names.length === 0 ? `It has no ${what}s.` : `It has ${names.join(', ')}.`;
  return {
    path,
    message: `The module has no ${what} ${name}.`,
    suggestion: didYouMean(name, names) ?? list,
  };
}
