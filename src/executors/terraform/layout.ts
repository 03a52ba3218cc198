import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { backendBlock, recordedBackend, withBackend } from './backend.ts';
import { initialise, type Layout } from './init.ts';
import { inputsOf, variableValues } from './inputs.ts';
import { findModule } from './modules/find-module.ts';
import { readModule } from './modules/module.ts';
import {
  digestOfFolders,
  filesOfFolder,
  foldersOfModule,
  lockFileOf,
} from './modules/module-files.ts';
import type { Prepared } from './preparer.ts';
import { PRODUCTS } from './program/product.ts';
import { isForeign, rehostLock, rehostState } from './providers/registry-hosts.ts';
import { lockedProviders, type TerraformRecord } from './record.ts';
import type { Session } from './session.ts';
import { synthesise } from './synthesis.ts';
import {
  layOutModules,
  placeOf,
  readBytes,
  writeConfiguration,
  writePrivate,
} from './work-folder.ts';

/** A work folder in which Terraform can run, and what is to be recorded of it. */
export interface Ready extends Layout {
  prepared: Prepared;
  record: TerraformRecord;
  /** Prepares once more, where what was prepared turned out to be damaged. */
  again(): Promise<Ready>;
}

/** `desired`: what the spec asks for. `recorded`: what the last attempt recorded, if it did. */
export async function layOut(session: Session, which: 'desired' | 'recorded'): Promise<Ready> {
  const recorded = which === 'recorded' ? session.record : null;
  const source = await readSource(session, recorded?.module ?? desiredFolder(session));
  const record = recorded ?? (await newRecord(session, source));
  const lockText = lockFor(session, record.lockFile);
  const layout = { ...source, lockText };
  layOutModules(session.folder, session.context.bundleFolder, source.folders);
  writeConfiguration(session.folder, {
    configuration: record.configuration,
    values: variableValues(record.inputs, session.context.spec),
    lockText,
  });
  if (!session.isRemote) rehostStateFile(session, source);
  return makeReady(session, layout, record);
}

/** The versions that were chosen hold, whichever program chose them. */
function lockFor({ context, product }: Session, lockText: string | null): string | null {
  if (lockText === null || !isForeign(lockText, product)) return lockText;
  const rehosted = rehostLock(lockText, product);
  if (rehosted !== lockText) {
    const { name, registryHost } = PRODUCTS[product];
    context.log(`provider versions locked for another registry hold for ${registryHost} (${name})`);
  }
  return rehosted;
}

function rehostStateFile({ folder, product, settings }: Session, { module }: Source): void {
  if (product === 'opentofu') return;
  const bytes = readBytes(folder.stateFile, settings.stateBytesMax);
  const text = bytes === undefined ? '' : new TextDecoder().decode(bytes);
  if (!isForeign(text, product)) return;
  const rehosted = rehostState(text, product, module);
  if (rehosted !== text) writePrivate(folder.stateFile, rehosted);
}

async function makeReady(
  session: Session,
  layout: Layout,
  record: TerraformRecord,
): Promise<Ready> {
  const prepared = await initialise(session, { ...layout, backend: recordedBackend(record) });
  const { lockText, terraformVersion } = prepared;
  return {
    ...layout,
    prepared,
    record: {
      ...record,
      lockFile: lockText,
      providers: lockedProviders(lockText),
      terraformVersion,
    },
    again: () => {
      session.preparer.discard(prepared);
      return makeReady(session, layout, record);
    },
  };
}

function desiredFolder({ context, spec }: Session): string {
  const found = findModule(filesOfFolder(context.bundleFolder), spec);
  if (found.kind === 'here') return found.folder;
  throw unusable(
    found.kind === 'missing'
      ? `There is no module in ./${spec.folder ?? spec.module}.`
      : `The module ${spec.module} is not in the template's bundle: publish the template anew.`,
  );
}

type Source = Pick<Layout, 'module' | 'folders'> & { path: string; contentDigest: string };

async function readSource(session: Session, path: string): Promise<Source> {
  const { context } = session;
  const files = filesOfFolder(context.bundleFolder);
  if (files.list(path).length === 0) throw unusable(`There is no module in ./${path}.`);
  const folders = foldersOfModule(files, path);
  const module = await readModule(files, path, 'outline');
  if (module.problems.length > 0) throw unusable(module.problems.join(' '));
  const [remote] = module.remotes;
  if (remote !== undefined) {
    const { path: file, name, module: named } = remote;
    throw unusable(
      `${file}: module "${name}" (${named.source}) is not in the template's bundle: publish the template anew.`,
    );
  }
  return { module, folders, path, contentDigest: digestOfFolders(files, folders) };
}

async function newRecord(session: Session, source: Source): Promise<TerraformRecord> {
  const { spec, context, folder, record: last, settings } = session;
  const { module, folders, path } = source;
  const outputs = module.outputs
    .filter(({ name }) => spec.outputs?.includes(name) ?? true)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const inputs = inputsOf(spec);
  const stack = {
    ...inputs,
    source: `./${placeOf(folders, path)}`,
    module,
    outputs,
    scratchFolder: folder.temporary,
  };
  const text = await synthesise(stack, settings.cacheFolder);
  const backend = last === null ? configuredBackend(session) : recordedBackend(last);
  const configuration = backend === null ? text : withBackend(text, backend);
  return {
    format: 1,
    configuration,
    inputs: inputs.inputs,
    module: path,
    contentDigest: source.contentDigest,
    outputs,
    // The author's choice of versions, or else those that the resource was built with.
    lockFile: filesOfFolder(context.bundleFolder).find(lockFileOf(path)) ?? last?.lockFile ?? null,
    providers: [],
    terraformVersion: '',
    adopted: {},
  };
}

function configuredBackend({ settings: { backend }, context }: Session): JsonObject | null {
  return backend === null ? null : backendBlock(backend, context);
}

function unusable(message: string): BiotopeError {
  return new BiotopeError('TERRAFORM_FAILED', { message });
}
