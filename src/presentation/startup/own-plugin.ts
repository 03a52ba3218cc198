import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from '@oclif/core/command';
import { Plugin as FolderPlugin } from '@oclif/core/config';
import { flush } from '@oclif/core/flush';
import type { PJSON, Plugin } from '@oclif/core/interfaces';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import type { CommandsIndex } from './commands-index.ts';

/** Loads every command, to know them all. */
export async function readCommands(root: string, pjson: PJSON): Promise<CommandsIndex> {
  noTranspiling();
  const plugin = new FolderPlugin({ isRoot: true, pjson, root });
  await plugin.load();
  return plugin.manifest.commands;
}

interface Source {
  root: string;
  pjson: PJSON;
  index: CommandsIndex;
  /** Loads the file of a command. */
  load(url: string): Promise<Record<string, unknown>>;
}

/** Rejects where no command was found; a command answers for its own failures. */
export async function runCommand(request: Source & { words: string[] }): Promise<void> {
  const { words, root, pjson } = request;
  noTranspiling();
  // oclif reads the words from here as well.
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...words);
  const plugin = ownPlugin(request);
  await run(words, { root, pjson, plugins: new Map([[plugin.name, plugin]]) });
  await flush();
}

/** NODE_ENV=development would make oclif look for ts-node; Node needs no help with our files. */
function noTranspiling(): void {
  settings.enableAutoTranspile = false;
}

/** Our commands as oclif takes them, known by their index; one is loaded when it is to be run. */
function ownPlugin({ root, pjson, index, load }: Source): Plugin {
  const { name, version } = pjson;
  const findCommand = async (id: string): Promise<Command.Class> => {
    const file = join(root, 'src/commands', `${id.replaceAll(':', '/')}.ts`);
    const command = Object.values(await load(pathToFileURL(file).href)).find(isCommand);
    if (command === undefined) throw new Error(`${file} exports no command`);
    return Object.assign(command, { id, plugin });
  };
  const plugin: Plugin = {
    _base: '',
    alias: name,
    commandIDs: Object.keys(index),
    commands: Object.values(index).map((command) => ({
      ...command,
      load: () => findCommand(command.id),
    })),
    commandsDir: undefined,
    findCommand,
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: async () => {},
    moduleType: 'module',
    name,
    options: { root },
    pjson,
    root,
    topics: Object.entries(pjson.oclif.topics ?? {}).map(([id, topic]) => ({ ...topic, name: id })),
    type: 'core',
    valid: true,
    version,
  };
  return plugin;
}

function isCommand(exported: unknown): exported is Command.Class {
  return typeof exported === 'function' && 'run' in exported;
}
