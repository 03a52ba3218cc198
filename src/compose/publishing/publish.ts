import {
  checkTemplateFiles,
  checkTemplateFolder,
  type TemplateCheck,
} from '../../catalog/check.ts';
import { problemsError } from '../../catalog/document/problem.ts';
import type { FolderFile } from '../../catalog/folder/folder.ts';
import { createPublisher, type GoodCheck, isGood, type Published } from '../../catalog/publish.ts';
import { findTemplate } from '../../engine/find-template.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { DEFINITIONS } from '../executors.ts';
import type { Biotope } from '../seat/contract.ts';
import { finishTemplate } from './finish-template.ts';
import type { PublishOptions } from './publish-options.ts';
import { publishShipped } from './publish-shipped.ts';
import { missingNames, shippedNames } from './shipped.ts';
import { type TemplatePlace, withSource } from './sources.ts';
import { withModules } from './vendoring.ts';

type Checking = Pick<Biotope, 'config' | 'storeWithShipped'>;

/** What publishing needs of a data folder. */
export interface Publishing extends Checking, Pick<Biotope, 'paths' | 'store' | 'notify'> {
  /** Where is published, with what ships in it. */
  writableStore(signal: AbortSignal): Promise<Store>;
}

export type PublishPlace = TemplatePlace;

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
  return withSource({ source, config, signal, notify }, (place) =>
    checkPlace(biotope, place, signal),
  );
}

export async function checkPlace(
  biotope: Checking & Pick<Biotope, 'notify'>,
  { folder }: PublishPlace,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const written = await checkFolder(biotope, folder);
  if (!isGood(written)) return { ...written, unchecked: [] };
  const recheck = (files: readonly FolderFile[]) => checkTemplateFiles(files, checkingOf(biotope));
  const { check, unavailable } = await withModules(written, biotope, { recheck, signal });
  const unchecked = unavailable.map(({ message }) => message);
  if (unchecked.length > 0) biotope.notify({ kind: 'unchecked', reasons: unchecked });
  return { ...check, unchecked };
}

/** Throws TEMPLATE_INVALID, which holds every problem. `label`: what a person calls the template. */
export function demandSound(check: TemplateCheck, label: string): GoodCheck {
  if (isGood(check)) return check;
  throw problemsError(`The template in ${label}`, check.problems, check.sources);
}

/**
 * Checks and publishes, which only the driver does: asks it to where that is a server, and else waits
 * for the seat if another process has it. Rejects as `withSource`, with TEMPLATE_INVALID before it
 * waits, with TEMPLATE_EXISTS, and with the reason why a module or a provider cannot be had.
 */
export async function publishSource(
  biotope: Biotope,
  source: string,
  options: PublishOptions & { signal: AbortSignal },
): Promise<Published> {
  const driver = biotope.otherDriver();
  const url = driver !== undefined && typeof driver === 'object' && 'url' in driver && driver.url;
  if (!url) return publishFrom(publishingOf(biotope), source, options);
  const { publishThrough } = await import('./publish-through.ts');
  return publishThrough(url, source, { ...options, config: biotope.config, log: biotope.log });
}

/** Another store after the seat was taken. */
function publishingOf(biotope: Biotope): Publishing {
  const { config, paths, notify } = biotope;
  return {
    config,
    paths,
    notify,
    get store() {
      return biotope.store;
    },
    get storeWithShipped() {
      return biotope.storeWithShipped;
    },
    writableStore: (signal) => publishAllShipped(biotope, signal),
  };
}

export function publishFrom(
  publishing: Publishing,
  source: string,
  options: PublishOptions & { signal: AbortSignal },
): Promise<Published> {
  const { config, notify } = publishing;
  return withSource({ source, config, signal: options.signal, notify }, (place) =>
    publishPlace(publishing, place, options),
  );
}

export async function publishPlace(
  publishing: Publishing,
  place: PublishPlace,
  { signal, ...options }: PublishOptions & { signal: AbortSignal },
): Promise<Published> {
  const check = await checkFolder(publishing, place.folder);
  const store = isGood(check) ? await publishing.writableStore(signal) : publishing.store;
  const recheck = (files: readonly FolderFile[]) =>
    checkTemplateFiles(files, checkingOf(publishing));
  return createPublisher({
    store,
    clock: systemClock,
    shippedNames: shippedNames(),
    complete: (written) => finishTemplate(written, publishing, { recheck, signal, ...options }),
  })(check, place);
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
