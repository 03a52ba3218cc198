import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { entriesOfFolder } from '../../../platform/folder-entries.ts';
import { replaceFile, replaceFolder } from '../../../platform/replace.ts';
import { packageHash } from './package-hash.ts';

const NOTE = z.object({ hash: z.string().startsWith('h1:') });

/** The hash that a package had when it was put here; undefined where none was. */
export async function hashOfKept(place: string): Promise<string | undefined> {
  try {
    return NOTE.parse(JSON.parse(await readFile(noteOf(place), 'utf8'))).hash;
  } catch {
    return undefined;
  }
}

export function noteHash(place: string, hash: string): void {
  replaceFile(noteOf(place), JSON.stringify({ hash }), { isDurable: true });
}

/** Beside the package: Terraform looks at folders only, and the package itself stays as it was. */
function noteOf(place: string): string {
  return `${place}.json`;
}

export interface NewPackage {
  /** Of all kept packages. */
  folder: string;
  /** Where this one is to be, below that folder. */
  place: string;
  /** The unpacked package. */
  from: string;
  /** Whether it is ours: then its files are linked. Others may be rewritten in place, and are copied. */
  isOurs: boolean;
  /** Its hash must be one of these; with none it may be any. */
  hashes: readonly string[];
  nowMs: number;
}

/**
 * Puts a package in its place, whole or not at all. False where it is not what the lock file names,
 * or holds anything but files: then nothing is kept.
 */
export async function keepPackage(request: NewPackage): Promise<boolean> {
  const { folder, place, from, isOurs, hashes } = request;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOldDrafts(request);
  const draft = await mkdtemp(join(folder, DRAFT));
  try {
    await copyTree(from, join(draft, 'package'), isOurs);
    const hash = await packageHash(join(draft, 'package'));
    if (hash === undefined || (hashes.length > 0 && !hashes.includes(hash))) return false;
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    // Nobody asks for one that is here and right.
    await replaceFolder(join(draft, 'package'), place, () => false);
    noteHash(place, hash);
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const DRAFT = '.new-';
const DRAFT_KEEP_MS = 24 * 3_600_000;

/** Of processes that were killed. */
async function removeOldDrafts({ folder, nowMs }: NewPackage): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(DRAFT));
  for (const draft of drafts.map((name) => join(folder, name))) {
    const facts = await stat(draft).catch(() => undefined);
    if (facts === undefined || nowMs - facts.mtimeMs < DRAFT_KEEP_MS) continue;
    await rm(draft, { recursive: true, force: true });
  }
}

async function copyTree(from: string, to: string, isOurs: boolean): Promise<void> {
  for (const { path, isFile } of await entriesOfFolder(from)) {
    if (!isFile) throw new Error(`${path} is no file`);
    const [source, target] = [join(from, path), join(to, path)];
    await mkdir(dirname(target), { recursive: true });
    // Another disk, or a system without links.
    const isLinked = isOurs && (await link(source, target).then(isTrue, isFalse));
    if (!isLinked) await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

const isTrue = () => true;
const isFalse = () => false;
