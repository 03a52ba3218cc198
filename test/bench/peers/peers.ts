import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../../src/model/thrown.ts';

/** Where peers are kept for the next time, unless another folder is named. */
export const DEFAULT_PEERS_FOLDER = join(tmpdir(), 'biotope-bench-peers');

/** What a figure is compared with cannot be had here: the figure is not measured, and says why. */
export class PeerMissingError extends Error {
  override readonly name = 'PeerMissingError';
}

/** Where everything that it takes would have to be fetched first. */
export function refuseQuick(quick: boolean): void {
  if (quick) throw new PeerMissingError('nothing is fetched for a quick look.');
}

const execute = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const SHOWN_CHARACTERS_MAX = 400;

/**
 * Runs a program that makes a peer, or the peer itself; what it prints. Rejects with PeerMissingError
 * and its last words: nothing was measured then.
 */
export async function runPeer(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  try {
    return (await execute(program, args, { ...options, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    const why = (said === '' ? messageOf(error) : said).slice(-SHOWN_CHARACTERS_MAX);
    throw new PeerMissingError(`${program} ${args[0] ?? ''} failed: ${why}`);
  }
}

/** The peer's folder. It is filled aside and renamed, so that one that is there is whole. */
export async function installPeer(
  peersFolder: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(peersFolder, name);
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  try {
    await fill(aside);
    renameSync(aside, folder);
    return folder;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Packages of npm in one folder, `name@version`, without their install scripts. */
export function npmPeer(
  peersFolder: string,
  name: string,
  packages: readonly string[],
): Promise<string> {
  return installPeer(peersFolder, name, async (cwd) => {
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }\n');
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
    await runPeer('npm', ['install', ...quiet, ...packages], { cwd });
  });
}

/** Debian's packages in one folder, unpacked and not installed. */
export function debianPeer(
  peersFolder: string,
  name: string,
  packages: readonly string[],
): Promise<string> {
  return installPeer(peersFolder, name, async (cwd) => {
    await runPeer('apt-get', ['download', ...packages], { cwd });
    const unpack = 'for file in *.deb; do dpkg -x "$file" . && rm "$file"; done';
    await runPeer('sh', ['-c', unpack], { cwd });
  });
}
