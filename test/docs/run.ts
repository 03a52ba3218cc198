import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createConsole, withOutputs } from './console.ts';
import { withProblems } from './examples.ts';
import { GENERATED, staleFiles } from './generated.ts';
import { blocksOf } from './markdown.ts';

/**
 * `npm run docs` writes what is made from the code. With `--check` it writes nothing and fails where
 * a file is not as it would be written. With `--outputs` it runs the commands and checks the examples that
 * pages show, or only those of the pages named behind it, and writes what is said.
 */
const [mode, ...pages] = process.argv.slice(2);

async function check(): Promise<void> {
  const stale = await staleFiles(GENERATED);
  for (const path of stale) console.error(`${path} is not what the code says: run "npm run docs"`);
  process.exitCode = stale.length === 0 ? 0 : 1;
}

async function write(): Promise<void> {
  for (const path of await staleFiles(GENERATED)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (await GENERATED[path]?.()) ?? '');
    console.log(`wrote ${path}`);
  }
}

async function writeOutputs(paths: readonly string[]): Promise<void> {
  const terminal = await createConsole();
  try {
    for (const path of paths) {
      const before = readFileSync(path, 'utf8');
      const isRun = blocksOf(before).some(({ language }) => language === 'console');
      const after = await withProblems(
        isRun ? withOutputs(before, await terminal.runPage(before)) : before,
      );
      if (after === before) continue;
      writeFileSync(path, after);
      console.log(`wrote ${path}`);
    }
  } finally {
    terminal.close();
  }
}

if (mode === '--check') await check();
else if (mode === '--outputs') {
  await writeOutputs(pages.length > 0 ? pages : globSync('docs/**/*.md'));
} else await write();
