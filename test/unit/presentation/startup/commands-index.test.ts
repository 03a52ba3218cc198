import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  type CommandsIndex,
  commandsIndex,
} from '../../../../src/presentation/startup/commands-index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let root: string;
let cache: string;
beforeEach(() => {
  root = temporaryFolder();
  cache = join(root, 'cache');
  mkdirSync(join(root, 'src/commands/run'), { recursive: true });
  mkdirSync(join(root, 'src/presentation/pages'), { recursive: true });
  writeFileSync(join(root, 'src/commands/run/list.ts'), 'one');
});

let made = 0;
async function make(): Promise<CommandsIndex> {
  made += 1;
  return { [`made:${made}`]: { id: `made:${made}`, aliases: [], args: {}, flags: {} } } as never;
}

/** How often it had to be made for one more start. */
async function makings(cacheFolder: string | null = cache): Promise<number> {
  const before = made;
  const index = await commandsIndex(root, cacheFolder, make);
  expect(Object.keys(index)).toEqual([`made:${made}`]);
  return made - before;
}

test('is made once for one source', async () => {
  expect(await makings()).toBe(1);
  expect(await makings()).toBe(0);
});

test.each([
  ['a command changes', 'src/commands/run/list.ts', 'two!'],
  ['a command is added', 'src/commands/run/show.ts', ''],
  ['the options of all commands change', 'src/presentation/flags.ts', ''],
])('is made anew when %s', async (_, path, text) => {
  await makings();
  writeFileSync(join(root, path), text);
  expect(await makings()).toBe(1);
  expect(await makings()).toBe(0);
});

test('is made anew when what is kept cannot be read', async () => {
  await makings();
  for (const name of readdirSync(cache)) writeFileSync(join(cache, name), '{"key":');
  expect(await makings()).toBe(1);
});

test('is not kept for what is no part of a command', async () => {
  await makings();
  writeFileSync(join(root, 'src/presentation/pages/plan.ts'), '');
  expect(await makings()).toBe(0);
});

test('is made each time where nothing can be kept', async () => {
  writeFileSync(join(root, 'file'), '');
  chmodSync(join(root, 'file'), 0o400);
  for (const folder of [null, join(root, 'file/cache')]) {
    expect(await makings(folder)).toBe(1);
    expect(await makings(folder)).toBe(1);
  }
});
