import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTemplateFolder, type TemplateCheck } from '../catalog/check.ts';
import { createPublisher, type Published } from '../catalog/publish.ts';
import type { Config } from '../config/schema.ts';
import { templateKey } from '../model/template.ts';
import { systemClock } from '../platform/clock.ts';
import { DEFINITIONS } from './executors.ts';
import { gitCommitOf } from './git-commit.ts';
import type { Biotope } from './seat/contract.ts';

const SHIPPED_FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));

/** Folders of the templates that ship. */
function shippedTemplates(): string[] {
  return readdirSync(SHIPPED_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(SHIPPED_FOLDER, entry.name))
    .sort();
}

export function checkFolder({ limits }: Config, folder: string): Promise<TemplateCheck> {
  return checkTemplateFolder({ folder, definitions: DEFINITIONS, limits });
}

/**
 * Checks and publishes, which only the driver does: waits for the seat if another process has it.
 * Rejects with TEMPLATE_INVALID before it waits, and with TEMPLATE_EXISTS.
 */
export async function publishFolder(
  biotope: Biotope,
  folder: string,
  signal: AbortSignal,
): Promise<Published> {
  const check = await checkFolder(biotope.config, folder);
  const { store } = check.template === null ? biotope : await biotope.driveOrWait(signal);
  return createPublisher({ store, clock: systemClock, commitOf: gitCommitOf })(check, folder);
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
  const publish = createPublisher({ store, clock: systemClock, commitOf: async () => null });
  const templates: string[] = [];
  for (const folder of await missingTemplates(biotope)) {
    const { record } = await publish(await checkFolder(biotope.config, folder), folder);
    templates.push(templateKey(record.reference));
  }
  if (templates.length > 0) biotope.notify({ kind: 'published', templates });
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
