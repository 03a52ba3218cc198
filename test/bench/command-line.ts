import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Chains, TEMPLATE } from './chains.ts';
import { configurationFor, createFirst, type EmbeddedTerms, withPublished } from './embedded.ts';
import { seconds } from './figure.ts';
import { withFolder } from './folder.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/biotope', import.meta.url));
const run = promisify(execFile);

/** Two arms beside those of another tool: ours inside one process, and as a whole command. */
export function oursAndWhole(chains: Chains, terms: EmbeddedTerms) {
  return {
    ours: () => createFirst(chains, terms),
    whole: () => createByCommand(chains, terms),
  };
}

/**
 * In seconds, as a person waits: the whole command that creates the first environment of a fresh data
 * folder, the start of its process included. The template is there already.
 */
function createByCommand(chains: Chains, terms: EmbeddedTerms): Promise<number> {
  return withFolder(async (folder) => {
    const config = configurationFor(folder, terms);
    await withPublished({ folder, config, chains }, async () => {});
    const { dataFolder, pools, terraform } = config;
    const file = join(folder, 'settings.json');
    const { cliConfigFile } = terraform;
    writeFileSync(file, JSON.stringify({ dataFolder, pools, terraform: { cliConfigFile } }));
    const args = ['environment', 'create', 'first', '--template', TEMPLATE, '--config', file];
    return seconds(() => run(LAUNCHER, args, { cwd: folder }));
  });
}
