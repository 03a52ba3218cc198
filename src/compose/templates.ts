import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTemplateFolder, type TemplateCheck } from '../catalog/check.ts';
import type { FindTemplate } from '../catalog/nested.ts';
import { createPublisher, type Published } from '../catalog/publish.ts';
import { findTemplate as findTemplateIn } from '../engine/find-template.ts';
import { type Template, templateKey } from '../model/template.ts';
import { newestVersion, parseTemplateRequest } from '../model/version.ts';
import { systemClock } from '../platform/clock.ts';
import { DEFINITIONS } from './executors.ts';
import type { Biotope } from './seat/contract.ts';
import { type TemplatePlace, withSource } from './sources.ts';

const SHIPPED_FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));

/** Folders of the templates that ship. */
function shippedTemplates(): string[] {
  return readdirSync(SHIPPED_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(SHIPPED_FOLDER, entry.name))
    .sort();
}

/** Rejects with TEMPLATE_NOT_FOUND where there is no such folder. */
function checkFolder(
  { config: { limits }, store }: Pick<Biotope, 'config' | 'store'>,
  folder: string,
  findTemplate: FindTemplate = (selector) => findTemplateIn(store, selector),
): Promise<TemplateCheck> {
  return checkTemplateFolder({ folder, definitions: DEFINITIONS, limits, findTemplate });
}

/** The same before anything is published: nested templates may be those that ship. */
function checkFolderUnpublished(
  biotope: Pick<Biotope, 'config' | 'store'>,
  folder: string,
): Promise<TemplateCheck> {
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
  return checkFolder(biotope, folder, find);
}

/** Checks a template wherever it is. Rejects as `withSource`; what is wrong inside is a problem. */
export function checkSource(
  biotope: Pick<Biotope, 'config' | 'store' | 'notify'>,
  source: string,
  signal: AbortSignal,
): Promise<TemplateCheck> {
  const { config, notify } = biotope;
  return withSource({ source, config, signal, notify }, ({ folder }) =>
    checkFolderUnpublished(biotope, folder),
  );
}

/**
 * Checks and publishes, which only the driver does: waits for the seat if another process has it.
 * Rejects as `withSource`, with TEMPLATE_INVALID before it waits, and with TEMPLATE_EXISTS.
 */
export function publishSource(
  biotope: Biotope,
  source: string,
  signal: AbortSignal,
): Promise<Published> {
  const { config, notify } = biotope;
  return withSource({ source, config, signal, notify }, (place) =>
    publishPlace(biotope, place, signal),
  );
}

async function publishPlace(
  biotope: Biotope,
  place: TemplatePlace,
  signal: AbortSignal,
): Promise<Published> {
  await ensureTemplates(biotope, signal);
  const check = await checkFolder(biotope, place.folder);
  const { store } = check.template === null ? biotope : await biotope.driveOrWait(signal);
  return createPublisher({ store, clock: systemClock })(check, place);
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
