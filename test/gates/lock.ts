import type { Gate, SourceFile, Violation } from './source.ts';

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  inBundle?: boolean;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

/**
 * The lock file works with any registry and on any platform: no host in it, a hash for everything,
 * an entry for every optional package (a mirror that lacks another platform's binary leaves it out
 * in silence, and then `npm ci` fails), and nothing that wants to run code when installed.
 */
export const lock: Gate = (files) =>
  files.filter(({ path }) => path === 'package-lock.json').flatMap(judgeLock);

function judgeLock(file: SourceFile): Violation[] {
  const { packages } = JSON.parse(file.text) as { packages: Record<string, LockedPackage> };
  const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  return Object.entries(packages).flatMap(([path, locked]) => {
    const line = file.text.split('\n').findIndex((text) => text.includes(`"${path}"`)) + 1;
    const absent = Object.keys(locked.optionalDependencies ?? {}).filter(
      (name) => !names.has(name),
    );
    return [
      ...judgePackage(path, locked),
      ...absent.map((name) => `lacks the optional ${name}`),
    ].map((what) => ({ path: file.path, line, message: `${path || 'the project'} ${what}` }));
  });
}

function judgePackage(path: string, locked: LockedPackage): string[] {
  const isOther = path !== '' && !locked.inBundle;
  return [
    ...(locked.resolved === undefined ? [] : [`names where it comes from: ${locked.resolved}`]),
    ...(isOther && locked.integrity === undefined ? ['has no hash'] : []),
    ...(locked.hasInstallScript ? ['wants to run an install script'] : []),
  ];
}
