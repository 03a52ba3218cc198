import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paletteFor } from '../terminal/palette.ts';
import { commandsIndex } from './commands-index.ts';
import { type HelpSource, helpFor } from './help.ts';
import { orderWords } from './words.ts';

export interface CommandLine {
  root: string;
  argv: readonly string[];
  /** The user's own; null where there is none. */
  cacheFolder: string | null;
  /** Loads the file of a command. */
  load(url: string): Promise<Record<string, unknown>>;
}

/**
 * Runs one command line. Help needs only the index of the commands, so oclif is not even loaded for
 * it. Commands answer for themselves; what never became a command is answered here.
 */
export async function runCommandLine({
  root,
  argv,
  cacheFolder,
  load,
}: CommandLine): Promise<void> {
  const words = orderWords(argv);
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const index = await commandsIndex(root, cacheFolder, async () => {
    const { readCommands } = await import('./own-plugin.ts');
    return readCommands(root, pjson);
  });
  const source: HelpSource = {
    bin: pjson.oclif.bin,
    description: pjson.description,
    topics: Object.entries<{ description: string }>(pjson.oclif.topics).map(([name, topic]) => ({
      name,
      ...topic,
    })),
    commands: Object.values(index).map((command) => ({
      ...command,
      id: command.id.replaceAll(':', ' '),
    })),
  };
  if (argv[0] === '__complete') {
    const { completionLines } = await import('../completion/complete.ts');
    const lines = await completionLines(argv.slice(1), source);
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const help = helpFor(words, source, {
    palette: paletteFor(process.stdout),
    columns: Math.min(process.stdout.columns || COLUMNS, COLUMNS_MAX),
  });
  if (help !== undefined) {
    process.stdout.write(`${help.join('\n')}\n`);
    return;
  }
  const { runCommand } = await import('./own-plugin.ts');
  try {
    await runCommand({ root, pjson, index, words, load });
  } catch (error) {
    const { answerRefusal } = await import('./refusal.ts');
    await answerRefusal(error, words, source);
  }
}

const COLUMNS = 80;
/** Longer lines are hard to read. */
const COLUMNS_MAX = 100;
