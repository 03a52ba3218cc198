import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@oclif/core/command';
import { replaceFile } from '../../platform/replace.ts';

/** All commands by their ids (`environment:list`): what help, hints and completion need of each. */
export type CommandsIndex = Record<string, Command.Cached>;

interface Kept {
  key: string;
  commands: CommandsIndex;
}

/** Commands are made of what lies here, and of nothing else: a gate sees to it. */
const SOURCES = [
  { folder: 'src/commands', recursive: true },
  { folder: 'src/presentation', recursive: false },
] as const;

/**
 * The index of the commands of this very source. It is kept in the user's cache, because loading
 * every command to show one line of each takes longer than all the rest; its key is made of the
 * names, sizes and times of what it was made from. Where nothing can be kept it is made each time.
 */
export async function commandsIndex(
  root: string,
  cacheFolder: string | null,
  make: () => Promise<CommandsIndex>,
): Promise<CommandsIndex> {
  if (cacheFolder === null) return make();
  const key = keyOf(root);
  const file = join(cacheFolder, `commands${root.replaceAll(/[^\w.-]+/g, '_').slice(-100)}.json`);
  const kept = read(file);
  if (kept?.key === key) return kept.commands;
  const commands = await make();
  keep(cacheFolder, file, { key, commands });
  return commands;
}

function keyOf(root: string): string {
  const entries = SOURCES.flatMap(({ folder, recursive }) =>
    readdirSync(join(root, folder), { recursive, withFileTypes: true }),
  );
  const facts = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    });
  return facts.sort().join('\n');
}

function read(file: string): Kept | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function keep(folder: string, file: string, kept: Kept): void {
  try {
    mkdirSync(folder, { recursive: true });
    replaceFile(file, JSON.stringify(kept));
  } catch {
    // Read-only, or full: it is made anew the next time.
  }
}
