import { realpathSync, statSync } from 'node:fs';
import type { JsonObject } from '../../model/json.ts';
import { digestJson } from '../../platform/digest.ts';
import { fetchedProviders, type Module } from './modules/module.ts';
import type { Prepared } from './preparer.ts';
import { runInit } from './run-init.ts';
import type { Session } from './session.ts';
import { placeOf, writePrivate } from './work-folder.ts';

export interface Layout {
  module: Module;
  /** Folders of the bundle that the module's tree is made of. */
  folders: readonly string[];
  lockText: string | null;
}

/** The prepared `.terraform` for what is laid out in the work folder, its lock file written there. */
export async function initialise(
  session: Session,
  layout: Layout & { backend: JsonObject | null },
): Promise<Prepared> {
  const { context, preparer, folder } = session;
  const { providersKey, treeKey } = keysOf(session, layout);
  const keyWith = (lockText: string | null) => short(digestJson({ treeKey, lockText }));
  const prepared = await preparer.prepare({
    key: keyWith(layout.lockText),
    keyWith,
    providersKey,
    signal: context.signal,
    init: (dataFolder, seedLockText) => runInit(session, { ...layout, dataFolder, seedLockText }),
  });
  if (prepared.lockText !== null) writePrivate(folder.lockFile, prepared.lockText);
  return prepared;
}

/** Everything that decides what `init` makes, and nothing else: many modules share one. */
function keysOf(
  session: Session,
  { module, folders, backend }: Layout & { backend: JsonObject | null },
) {
  const place = (folder: string) => placeOf(folders, folder);
  const binary = realpathSync(session.binary);
  const { size, mtimeMs } = statSync(binary);
  const names = [...new Set([...fetchedProviders(module), ...Object.keys(session.spec.providers)])];
  const requirements = sorted(
    module.requirements.map(({ name, source, version }) => ({ name, source, version })),
  );
  const providers: JsonObject = { names: names.sort(), requirements };
  const tree: JsonObject = {
    binary: [binary, size, mtimeMs],
    calls: sorted(module.calls.map((call) => ({ ...call, folder: place(call.folder) }))),
    asked: sorted(module.requirements.map((asked) => ({ ...asked, folder: place(asked.folder) }))),
    root: Object.keys(session.spec.providers).sort(),
    providers,
    // What was prepared knows where its state is: nobody else can use it.
    ...(backend === null ? {} : { backend }),
  };
  return {
    treeKey: digestJson(tree),
    providersKey: names.length === 0 ? null : digestJson({ product: session.product, providers }),
  };
}

function sorted(list: JsonObject[]): JsonObject[] {
  return list
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .sort((left, right) => (left.text < right.text ? -1 : 1))
    .map(({ item }) => item);
}

function short(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 32);
}
