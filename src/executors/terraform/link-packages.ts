import { linkSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Provider packages of one data folder, linked into another: hundreds of megabytes for nothing. */
export function linkPackages(from: string, to: string): void {
  const packages = join(from, 'providers');
  if (lstatSync(packages, { throwIfNoEntry: false }) === undefined) return;
  linkTree(packages, join(to, 'providers'));
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    // Terraform itself links to packages of a local mirror.
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    // Hard links, so that either folder may go.
    else linkSync(source, target);
  }
}
