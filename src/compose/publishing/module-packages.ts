import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openPackage } from '../../catalog/git/package.ts';
import { problemOf, wanted } from '../../catalog/git/tree.ts';
import type { Config } from '../../config/schema.ts';
import type { GitModule } from '../../executors/terraform/modules/module-source.ts';
import { PRODUCTS } from '../../executors/terraform/program/product.ts';
import {
  type Archive,
  type ArchiveModule,
  openArchive,
} from '../../executors/terraform/vendoring/archive.ts';
import type { FetchPackage, Package } from '../../executors/terraform/vendoring/package.ts';
import { createRegistry, type Registry } from '../../executors/terraform/vendoring/registry.ts';
import { systemClock } from '../../platform/clock.ts';
import { bytesOfFolder } from '../../platform/folder-entries.ts';
import type { Notify } from '../seat/notice.ts';
import { findProduct } from '../terraform-check.ts';
import { openBudget, type PackageBudget } from './package-budget.ts';
import { admitRepository, openRepository } from './repository.ts';

export interface PackageRequest {
  config: Config;
  /** Private; repositories are kept below it as long as they are read. */
  folder: string;
  signal: AbortSignal;
  notify: Notify;
}

export interface Packages {
  fetch: FetchPackage;
  close(): void;
}

/**
 * How modules are fetched: from Git as templates are, and by way of registries, which are asked once
 * where their modules are.
 */
export function createPackages(request: PackageRequest): Packages {
  const budget = openBudget(request.config, request.signal, systemClock);
  const fetching: Fetching = { ...request, signal: budget.signal, budget };
  let opened: Promise<NamedRegistry> | undefined;
  return {
    fetch: async (source, constraint) => {
      budget.signal.throwIfAborted();
      if (source.kind === 'git') return fetchRepository(source, fetching);
      opened ??= openRegistry(fetching);
      const { registry, defaultHost } = await opened;
      const of = source.host ?? defaultHost;
      request.notify({ kind: 'fetching', source: `module ${source.address} of ${of}` });
      const { version, source: located } = await registry.locate(source, constraint);
      const fetched =
        located.kind === 'archive'
          ? await fetchArchive(registry, located, fetching)
          : { ...(await fetchRepository(located, fetching)), base: located.path };
      return { ...fetched, version };
    },
    close: () => {
      budget.end();
      opened?.then(({ registry }) => registry.close()).catch(() => {});
    },
  };
}

interface Fetching extends PackageRequest {
  budget: PackageBudget;
}

interface NamedRegistry {
  registry: Registry;
  defaultHost: string;
}

async function openRegistry({ config, signal }: Fetching): Promise<NamedRegistry> {
  const { registryHosts: hosts } = config.catalog;
  // The program that will run the module decides; without one it is Terraform's own.
  const defaultHost = PRODUCTS[(await findProduct(config)) ?? 'terraform'].registryHost;
  const terms = { defaultHost, hosts, host: process.env, clock: systemClock, signal };
  return { registry: createRegistry(terms), defaultHost };
}

/** It is kept in memory, unpacked. */
async function fetchArchive(registry: Registry, located: ArchiveModule, fetching: Fetching) {
  const archive = await fetching.budget.take(async ({ repositoryBytesMax: bytesMax }) => {
    const opened = await openArchive(located, await registry.fetch(located, bytesMax), bytesMax);
    const sizes = opened.entries.map(({ content }) => content.byteLength);
    return [opened, sizes.reduce((sum, size) => sum + size, 0)];
  });
  return packageOf(archive, located.url, fetching);
}

/** It is kept on disk, packed. */
async function fetchRepository(module: GitModule, fetching: Fetching): Promise<Package> {
  const { config, folder, signal, budget } = fetching;
  const source = { ...module, path: '' };
  admitRepository(source, fetching);
  const { commit, entries, read } = await budget.take(async (limits) => {
    const place = await mkdtemp(join(folder, 'package-'));
    const git = await openRepository(source, { config, limits, folder: place, signal });
    return [await openPackage(git, source), await bytesOfFolder(git.repository)];
  });
  return {
    url: source.url,
    commit,
    version: null,
    base: '',
    read,
    entries: entries.map(({ problem, ...entry }) => ({
      ...entry,
      oddity: problem?.message ?? null,
    })),
  };
}

const MODES = { file: '100644', link: '120000', other: '060000' } as const;

/** An archive under the rules for repositories. */
function packageOf(
  { digest, entries, path }: Archive,
  { origin, pathname }: URL,
  { config }: PackageRequest,
): Omit<Package, 'version'> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    url: `${origin}${pathname}`,
    commit: digest,
    base: path,
    entries: wanted([...byPath.values()]).map((entry) => {
      const shape = { path: entry.path, mode: MODES[entry.kind], type: 'blob' };
      const problem = problemOf(shape, config.limits);
      return {
        path: entry.path,
        executable: entry.executable,
        sizeBytes: entry.content.byteLength,
        oddity: problem?.message ?? null,
      };
    }),
    read: async (paths) =>
      new Map(paths.flatMap((one) => byPath.get(one) ?? []).map((one) => [one.path, one.content])),
  };
}
