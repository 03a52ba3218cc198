import { posix } from 'node:path';
import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import type { Limits } from '../../../model/limits.ts';
import { didYouMean } from '../../../model/nearest.ts';
import type { VendoredModule } from '../../../model/template.ts';
import type { BundleReader } from '../../executor.ts';
import { type Block, readConfiguration } from '../modules/hcl.ts';
import { type Manifest, moduleKey, type NamedModule, NO_MANIFEST } from '../modules/manifest.ts';
import { isConfiguration, moduleFolder, parentOf } from '../modules/module-files.ts';
import {
  packageKey,
  type RemoteSource,
  readModuleSource,
  versionFault,
} from '../modules/module-source.ts';
import { contentOf, type VendoredFile } from './content.ts';
import type { FetchPackage } from './package.ts';
import { rewriteCalls } from './rewrite-calls.ts';
import { labelOf, type PackageSpace, packageSpace, type Space, templateSpace } from './spaces.ts';

export interface VendorRequest {
  /** The files as their author wrote them. */
  bundle: BundleReader;
  /** Folders of the template that resources take their module from. */
  folders: readonly string[];
  /** Modules from elsewhere that resources name themselves. */
  modules: readonly NamedModule[];
  fetch: FetchPackage;
  limits: Limits;
}

export interface VendoredModules {
  /** New files, and files of the author whose calls lead into them. */
  files: VendoredFile[];
  manifest: Manifest;
  packages: VendoredModule[];
  /** Links and submodules that were not taken. */
  leftOut: string[];
  /** What cannot be used, told of no place in particular. */
  problems: string[];
  /** What could not be had now; perhaps another time. */
  unavailable: BiotopeError[];
}

const PACKAGES_MAX = 100;
const FOLDERS_MAX = 200;

interface Walk extends VendorRequest {
  /** By package: it, or why it cannot be had. */
  spaces: Map<string, Promise<PackageSpace | BiotopeError>>;
  found: PackageSpace[];
  refused: Record<string, string>;
  problems: string[];
  unavailable: BiotopeError[];
}

/**
 * Brings every module that the template takes from elsewhere into its bundle, those that modules from
 * elsewhere take themselves included, and makes their callers look there. Rejects with LIMIT_EXCEEDED, or
 * with CONFIGURATION_INVALID where nothing can be fetched like this.
 */
export async function vendorModules(request: VendorRequest): Promise<VendoredModules> {
  const walk: Walk = {
    ...request,
    spaces: new Map(),
    found: [],
    refused: {},
    problems: [],
    unavailable: [],
  };
  const template = templateSpace(request.bundle);
  for (const folder of request.folders) await visit(walk, template, folder);
  const folders: Record<string, string> = {};
  for (const module of request.modules) {
    const folder = await folderOf(walk, module);
    if (folder !== undefined) folders[moduleKey(module)] = folder;
  }
  const { found, refused, problems, unavailable } = walk;
  const content = await contentOf(template, found, request);
  return {
    files: content.files,
    leftOut: content.leftOut,
    problems: [...problems, ...content.problems],
    manifest: { ...NO_MANIFEST, folders, refused },
    packages: found.map(({ label, root, package: { url, commit, version } }) => {
      return { source: label, version, url, commit, folder: root };
    }),
    unavailable,
  };
}

/** Reads a folder's configuration and follows every call in it. */
async function visit(walk: Walk, space: Space, folder: string): Promise<void> {
  if (space.folders.has(folder)) return;
  const configuration = await space.configuration(folder);
  if (configuration.size === 0) return;
  space.folders.add(folder);
  if (space.folders.size > FOLDERS_MAX) throw tooMany(space.label, 'modules', FOLDERS_MAX);
  for (const [path, text] of configuration) {
    const sources = new Map<string, string>();
    for (const [name, body] of await callsOf(path, text)) {
      const target = await follow(walk, { space, folder, path, name, body });
      if (target !== undefined) sources.set(name, relative(posix.join(space.root, folder), target));
    }
    if (sources.size > 0) await rewrite(walk, { space, path, text }, sources);
  }
}

/** What cannot be read is told by the check of the whole. */
async function callsOf(path: string, text: string): Promise<[string, Block][]> {
  return readConfiguration(path, text, 'outline').then(
    ({ module }) => Object.entries(module),
    () => [],
  );
}

interface Call {
  space: Space;
  folder: string;
  path: string;
  name: string;
  body: Block;
}

/** The folder of the bundle that a call has to lead to; undefined where it stays as it is. */
async function follow(walk: Walk, call: Call): Promise<string | undefined> {
  const { space, folder, path, name, body } = call;
  const source = String(body.source ?? '');
  const version = typeof body.version === 'string' ? body.version : null;
  if (readModuleSource(source).kind !== 'local') return folderOf(walk, { source, version });
  const target = moduleFolder(posix.join(folder, source));
  if (target !== undefined) await visit(walk, space, target);
  else if (space.root !== '') {
    walk.problems.push(`${space.label}: ${path}: module "${name}" leaves its package (${source})`);
  }
  return undefined;
}

/** Where a module from elsewhere is in the bundle, with all that it needs; undefined: it is not. */
async function folderOf(walk: Walk, named: NamedModule): Promise<string | undefined> {
  const source = readModuleSource(named.source);
  if (source.kind === 'local' || source.kind === 'refused') return undefined;
  if (versionFault(source, named.version) !== null) return undefined;
  const space = await spaceOf(walk, source, named.version);
  if (space instanceof BiotopeError) {
    if (!isPassing(space)) walk.refused[moduleKey(named)] = space.message;
    return undefined;
  }
  const folder = [space.package.base, source.path].filter((part) => part !== '').join('/');
  await visit(walk, space, folder);
  if (space.folders.has(folder)) return posix.join(space.root, folder);
  walk.refused[moduleKey(named)] = noFolder(space, folder);
  return undefined;
}

function spaceOf(
  walk: Walk,
  source: RemoteSource,
  version: string | null,
): Promise<PackageSpace | BiotopeError> {
  const key = packageKey(source, version);
  const known = walk.spaces.get(key) ?? fetchSpace(walk, source, version);
  walk.spaces.set(key, known);
  return known;
}

async function fetchSpace(
  walk: Walk,
  source: RemoteSource,
  version: string | null,
): Promise<PackageSpace | BiotopeError> {
  const label = labelOf(source, version);
  if (walk.spaces.size >= PACKAGES_MAX) throw tooMany(label, 'packages', PACKAGES_MAX);
  try {
    const space = packageSpace(source, version, await walk.fetch(source, version));
    walk.found.push(space);
    return space;
  } catch (error) {
    if (!isBiotopeError(error) || isOfUs(error)) throw error;
    if (isPassing(error)) walk.unavailable.push(error);
    return error;
  }
}

/** It says nothing about the module. */
function isOfUs({ code }: BiotopeError): boolean {
  return code === 'INTERRUPTED' || code === 'CONFIGURATION_INVALID';
}

const PASSING: readonly string[] = ['SOURCE_UNAVAILABLE', 'SOURCE_TIMEOUT', 'GIT_MISSING'];

/** It may be had another time. */
function isPassing({ code }: BiotopeError): boolean {
  return PASSING.includes(code);
}

function noFolder({ label, package: { entries } }: PackageSpace, path: string): string {
  const modules = entries
    .filter((entry) => isConfiguration(posix.basename(entry.path)))
    .map((entry) => parentOf(entry.path));
  const where = path === '' ? 'itself holds no .tf files' : `has no .tf files in ${path}`;
  return `${label} ${where}. ${didYouMean(path, new Set(modules)) ?? ''}`.trimEnd();
}

async function rewrite(
  walk: Walk,
  { space, path, text }: { space: Space; path: string; text: string },
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  const rewritten = rewriteCalls(path, text, sources);
  const isRight = rewritten !== undefined && (await leadsTo(path, rewritten, sources));
  if (isRight) space.rewritten.set(path, rewritten);
  else {
    const calls = [...sources.keys()].join(', ');
    walk.problems.push(
      `${space.label}: ${path}: the calls of modules (${calls}) are written in a way that cannot be ` +
        'changed: write source and version as plain texts, each in a line',
    );
  }
}

/** As the real parser sees it: what was found by sight alone is not trusted. */
async function leadsTo(
  path: string,
  text: string,
  sources: ReadonlyMap<string, string>,
): Promise<boolean> {
  const { module } = await readConfiguration(path, text, 'whole').catch(() => ({ module: {} }));
  const calls: Record<string, Block> = module;
  return [...sources].every(
    ([name, source]) => calls[name]?.source === source && !('version' in (calls[name] ?? {})),
  );
}

/** Terraform takes for a path only what begins with a dot. */
function relative(from: string, to: string): string {
  const path = posix.relative(from, to);
  return path.startsWith('..') ? path : `./${path}`;
}

function tooMany(label: string, what: string, max: number): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `${label}: more than ${max} ${what} that need each other. Nothing was published.`,
  });
}
