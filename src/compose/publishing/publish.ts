import {
  checkTemplateFiles,
  checkTemplateFolder,
  type TemplateCheck,
} from '../../catalog/check.ts';
import type { FolderFile } from '../../catalog/folder/folder.ts';
import { createPublisher, isGood, type Published } from '../../catalog/publish.ts';
import { findTemplate } from '../../engine/find-template.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { DEFINITIONS } from '../executors.ts';
import type { Biotope } from '../seat/contract.ts';
import { finishTemplate, type PublishOptions } from './finish-template.ts';
import { publishShipped } from './publish-shipped.ts';
import { missingNames, shippedNames } from './shipped.ts';
import { withSource } from './sources.ts';
import { withModules } from './vendoring.ts';

type Checking = Pick<Biotope, 'config' | 'storeWithShipped'>;

/** Rejects with TEMPLATE_NOT_FOUND where there is no such folder. */
function checkFolder(biotope: Checking, folder: string): Promise<TemplateCheck> {
  return checkTemplateFolder({ folder, ...checkingOf(biotope) });
}

/** Templates that ship may be nested before they are published. */
function checkingOf({ config: { limits }, storeWithShipped: store }: Checking) {
  return {
    definitions: DEFINITIONS,
    limits,
    findTemplate: (selector: string) => findTemplate(store, selector),
  };
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
    const written = await checkFolder(biotope, folder);
    if (!isGood(written)) return { ...written, unchecked: [] };
    const recheck = (files: readonly FolderFile[]) =>
      checkTemplateFiles(files, checkingOf(biotope));
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
    const check = await checkFolder(biotope, place.folder);
    const store = isGood(check) ? await publishAllShipped(biotope, signal) : biotope.store;
    const recheck = (files: readonly FolderFile[]) =>
      checkTemplateFiles(files, checkingOf(biotope));
    return createPublisher({
      store,
      clock: systemClock,
      shippedNames: shippedNames(),
      complete: (written) => finishTemplate(written, biotope, { recheck, signal, ...options }),
    })(check, place);
  });
}

/**
 * Publishes the templates that ship and of whose name there is no version yet. Waits for the seat if
 * another process has it.
 */
export async function publishAllShipped(biotope: Biotope, signal: AbortSignal): Promise<Store> {
  const { store } = await biotope.driveOrWait(signal);
  const { limits } = biotope.config;
  const names = await missingNames(store);
  const templates = await publishShipped(names, { store, limits, clock: systemClock });
  if (templates.length > 0) biotope.notify({ kind: 'published', templates });
  return store;
}
