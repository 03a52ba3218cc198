import { spawn } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { escapePattern } from './escape.ts';
import { type Block, blocksOf, replaceBlock } from './markdown.ts';
import { writeBlock } from './write-block.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Templates that pages speak of and do not show. */
const EXAMPLES = join(ROOT, 'test/fixtures/docs');
/** What pages show in place of the folder in which their commands were run. */
const FOLDER_SHOWN = '/srv/shop';
const RUN_SHOWN = '01a1fd1d-8a9f-7332-b9fe-a0de93259eb8';

export interface Command {
  text: string;
  /** What the page shows, and what the command really printed, both streams. */
  shown: string;
  printed: string;
  exitCode: number | null;
  block: Block;
}

/** Where the commands of a page are run, and the process groups that they began. */
interface Place {
  folder: string;
  groups: number[];
}

interface Ended {
  printed: string;
  exitCode: number | null;
}

export interface Console {
  /**
   * Runs what a page shows, in order, in a folder of its own: comments "before", files with a path,
   * and each line behind `$` of a console. Resolves with what each of these lines printed.
   */
  runPage(page: string): Promise<Command[]>;
  close(): void;
}

/** Every page begins with the templates of `test/fixtures/docs` beside it, published where they can be. */
export async function createConsole(): Promise<Console> {
  const prepared = enterPlace(EXAMPLES);
  await shell('for template in */; do biotope template publish $template; done', prepared);
  return {
    runPage: async (page) => {
      const place = enterPlace(prepared.folder);
      try {
        return await runBlocks(blocksOf(page), place);
      } finally {
        leavePlace(place);
      }
    },
    close: () => leavePlace(prepared),
  };
}

function enterPlace(like: string): Place {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-docs-'));
  cpSync(like, folder, { recursive: true });
  return { folder, groups: [] };
}

function leavePlace({ folder, groups }: Place): void {
  groups.forEach(endGroup);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function runBlocks(blocks: readonly Block[], place: Place): Promise<Command[]> {
  const commands: Command[] = [];
  for (const block of blocks) {
    if (block.language === 'before') await shell(block.text, place);
    else if (block.language === 'console') commands.push(...(await runConsole(block, place)));
    else if (block.title !== '') writeBlock(place.folder, block);
  }
  return commands;
}

async function runConsole(block: Block, place: Place): Promise<Command[]> {
  const commands: Command[] = [];
  for (const part of block.text.split(/^\$ /m).slice(1)) {
    const end = part.search(/(?<!\\)\n/) + 1;
    const text = part.slice(0, end);
    const { printed, exitCode } = await shell(text, place);
    commands.push({ text, shown: part.slice(end), printed, exitCode, block });
  }
  return commands;
}

/** Output goes to a file: what a command leaves behind may hold it open. */
function shell(script: string, { folder, groups }: Place): Promise<Ended> {
  const env = {
    ...process.env,
    PATH: [join(ROOT, 'bin'), process.env.PATH].join(delimiter),
    NO_COLOR: '1',
    // A test's own would make the command line's library warn of more than a person sees.
    NODE_ENV: undefined,
  };
  const outputFile = join(folder, '.output');
  const output = openSync(outputFile, 'w');
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env,
    stdio: ['ignore', output, output],
    // With a group of its own, so that all it left behind can be ended.
    detached: true,
  });
  closeSync(output);
  if (child.pid !== undefined) groups.push(child.pid);
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode) => {
      const printed = readFileSync(outputFile, 'utf8').replaceAll(folder, FOLDER_SHOWN);
      done({ printed, exitCode });
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** True where the page shows what was printed, identifiers, times and what it leaves out (`…`) apart. */
export function isShown({ shown, printed }: Pick<Command, 'shown' | 'printed'>): boolean {
  const pattern = escapePattern(steady(shown))
    .replaceAll(/^ *…\n/gm, '[^]*?')
    .replaceAll('…', '.*');
  return new RegExp(`^${pattern}$`).test(steady(printed));
}

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** What a step that is quick begins with, and what is waited for, is told or not as it happens. */
const PASSING = /^ {2}[>.] .*\n/gm;

function steady(output: string): string {
  return output
    .replaceAll(PASSING, '')
    .replaceAll(UUID, 'UUID')
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'SOME DAY')
    .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s|min)\b/g, 'SOME TIME')
    .replaceAll(/\bprocess \d+/g, 'process PID');
}

/** The page with what its commands really print, where that is something else than it shows. */
export function withOutputs(page: string, commands: readonly Command[]): string {
  return [...Map.groupBy(commands, ({ block }) => block)]
    .reverse()
    .reduce(
      (text, [block, inside]) => replaceBlock(text, block, inside.map(consoleText).join('')),
      page,
    );
}

function consoleText(command: Command): string {
  const { text, shown, printed } = command;
  return `$ ${text}${isShown(command) ? shown : printed.replaceAll(UUID, RUN_SHOWN)}`;
}
