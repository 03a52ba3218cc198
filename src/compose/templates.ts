import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTemplateFiles, checkTemplateFolder, type TemplateCheck } from '../catalog/check.ts';
import type { FolderFile } from '../catalog/folder.ts';
import type { FindTemplate } from '../catalog/nested.ts';
import { createPublisher, isGood, type Published } from '../catalog/publish.ts';
import { findTemplate as findTemplateIn } from '../engine/find-template.ts';
import { type Template, templateKey } from '../model/template.ts';
import { newestVersion, parseTemplateRequest } from '../model/version.ts';
import { systemClock } from '../platform/clock.ts';
import { complete, type PublishOptions } from './completion.ts';
import { DEFINITIONS } from './executors.ts';
import type { Biotope } from './seat/contract.ts';
import { withSource } from './sources.ts';
import { withModules } from './vendoring.ts';

const SHIPPED_FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));

/** Folders of the templates that ship. */
function shippedTemplates(): string[] {
  return readdirSync(SHIPPED_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(SHIPPED_FOLDER, entry.name))
    .sort();
}

type Checking = Pick<Biotope, 'config' | 'store'>;

/** Rejects with TEMPLATE_NOT_FOUND where there is no such folder. */
function checkFolder(
  biotope: Checking,
  folder: string,
  findTemplate?: FindTemplate,
): Promise<TemplateCheck> {
  return checkTemplateFolder({ folder, ...checkingOf(biotope, findTemplate) });
}

function checkingOf({ config: { limits }, store }: Checking, findTemplate?: FindTemplate) {
  return {
    definitions: DEFINITIONS,
    limits,
    findTemplate: findTemplate ?? ((selector: string) => findTemplateIn(store, selector)),
  };
}

/** Before anything is published nested templates may also be those that ship. */
function findUnpublished(biotope: Checking): FindTemplate {
  const find: FindTemplate = async (selector) => {
    try {
      return await findTemplateIn(biotope.store, selector);
    } catch (error) {
      const shipped = shippedFolder(selector);
      if (shipped === undefined) throw error;
      const { template, bundle } = await checkFolder(biotope, shipped, find);
      if (template === null || bundle === null || !isAskedFor(selector, template)) throw error;
      const { name, version } = template;
      return { reference: { name, version, digest: bundle.digest }, template };
    }
  };
  return find;
}

/** A check, and why modules from elsewhere could not be part of it. */
export interface SourceCheck extends TemplateCheck {
  unchecked: string[];
}

/**
 * Checks a template wherever it is, with the modules that it takes from elsewhere. Rejects as
 * `withSource`; what is wrong inside is a problem.
 */
export function checkSource(
  biotope: Checking & Pick<Biotope, 'notify'>,
  source: string,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const { config, notify } = biotope;
  return withSource({ source, config, signal, notify }, async ({ folder }) => {
    const find = findUnpublished(biotope);
    const written = await checkFolder(biotope, folder, find);
    if (!isGood(written)) return { ...written, unchecked: [] };
    const recheck = (files: readonly FolderFile[]) =>
      checkTemplateFiles(files, checkingOf(biotope, find));
    const { check, unavailable } = await withModules(written, biotope, { recheck, signal });
    const unchecked = unavailable.map(({ message }) => message);
    if (unchecked.length > 0) notify({ kind: 'unchecked', reasons: unchecked });
    return { ...check, unchecked };
  });
}

/**
 * Checks and publishes, which only the driver does: waits for the seat if another process has it.
 * Rejects as `withSource`, with TEMPLATE_INVALID before it waits, with TEMPLATE_EXISTS, and with the
 * reason why a module or a provider cannot be had.
 */
export function publishSource(
  biotope: Biotope,
  source: string,
  { signal, ...options }: PublishOptions & { signal: AbortSignal },
): Promise<Published> {
  const { config, notify } = biotope;
  return withSource({ source, config, signal, notify }, async (place) => {
    await ensureTemplates(biotope, signal);
    const check = await checkFolder(biotope, place.folder);
    const { store } = isGood(check) ? await biotope.driveOrWait(signal) : biotope;
    const recheck = (files: readonly FolderFile[]) =>
      checkTemplateFiles(files, checkingOf(biotope));
    return createPublisher({
      store,
      clock: systemClock,
      complete: (written) => complete(written, biotope, { recheck, signal, ...options }),
    })(check, place);
  });
}

/**
 * Publishes the templates that ship and of whose name there is no version yet. Waits for the seat
 * only where the store holds no template at all: otherwise what is asked for is likely there.
 */
export async function ensureTemplates(biotope: Biotope, signal: AbortSignal): Promise<void> {
  if ((await missingTemplates(biotope)).length === 0) return;
  if (await hasTemplates(biotope)) {
    if (!(await biotope.drive())) return;
  } else {
    await biotope.driveOrWait(signal);
  }
  const { store } = biotope;
  const publish = createPublisher({ store, clock: systemClock });
  const templates: string[] = [];
  const missing = new Set(await missingTemplates(biotope));
  const publishOne = async (folder: string): Promise<void> => {
    missing.delete(folder);
    const check = await checkFolder(biotope, folder, async (selector) => {
      const nested = shippedFolder(selector);
      if (nested !== undefined && missing.has(nested)) await publishOne(nested);
      return findTemplateIn(store, selector);
    });
    const { record } = await publish(check, {
      label: folder,
      source: null,
      commitOf: async () => null,
    });
    templates.push(templateKey(record.reference));
  };
  for (const folder of [...missing]) if (missing.has(folder)) await publishOne(folder);
  if (templates.length > 0) biotope.notify({ kind: 'published', templates });
}

/** Where a template that ships lies; undefined: none of that name does. */
function shippedFolder(selector: string): string | undefined {
  const name = parseTemplateRequest(selector)?.name;
  return shippedTemplates().find((folder) => basename(folder) === name);
}

function isAskedFor(selector: string, { version }: Template): boolean {
  const range = parseTemplateRequest(selector)?.range ?? null;
  return newestVersion([version], range) === version;
}

/** Folders of templates that ship; each has its template's name. */
async function missingTemplates({ store }: Biotope): Promise<string[]> {
  const missing: string[] = [];
  for (const folder of shippedTemplates()) {
    const where = { name: basename(folder) };
    const found = await store.find('templates', { where, limit: 1 });
    if (found.length === 0) missing.push(folder);
  }
  return missing;
}

async function hasTemplates({ store }: Biotope): Promise<boolean> {
  return (await store.find('templates', { limit: 1 })).length > 0;
}
