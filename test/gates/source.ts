import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A file as the gates see it: its path from the root, with slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

export interface Violation {
  path: string;
  line: number;
  message: string;
}

/** A gate is a pure function, so that a test can hand it a planted violation. */
export type Gate = (files: readonly SourceFile[]) => Violation[];

const FOLDERS = ['src', 'bin', 'test', 'docs', 'templates', 'bootstrap'];
const TEXT_FILE = /\.(?:ts|js|md|ya?ml|json|tf|hcl|sh|html|css|txt)$/;
const NOT_OURS = new Set(['node_modules', '.biotope', '.terraform', '.git', 'coverage']);

export function isCode(file: SourceFile): boolean {
  return /\.(?:ts|js)$/.test(file.path);
}

export function readTree(root: string): SourceFile[] {
  const atRoot = readdirSync(root, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && (/\.(?:md|ts)$/.test(entry.name) || entry.name === 'package-lock.json'),
    )
    .map((entry) => entry.name);
  const below = FOLDERS.flatMap((folder) => listFiles(root, folder));
  return [...atRoot, ...below].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

function listFiles(root: string, folder: string): string[] {
  return readFolder(join(root, folder)).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(root, path);
    const isText = TEXT_FILE.test(entry.name) || !entry.name.includes('.');
    return entry.isFile() && isText ? [relative(root, join(root, path))] : [];
  });
}

/** A folder that nobody wrote yet has no files; any other failure is one. */
function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
