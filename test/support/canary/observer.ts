import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Hit, Search } from './search.ts';

/** Looks at files and processes while commands work, and remembers what it must not have seen. */
export interface Observer {
  hits: Hit[];
  /** Secrets that were seen where they may be, by the name of the file. */
  exempt: Set<string>;
  /** Every command line seen, once. */
  commandLines: Set<string>;
  stop(): Promise<void>;
}

export interface Observed {
  search: Search;
  dataFolder: string;
  /** Other folders that are written to, such as the one for temporary files. */
  folders: readonly string[];
  /** Whose descendants are looked at. */
  rootPid: number;
}

const PAUSE_MS = 15;

export function observe(observed: Observed): Observer {
  const { search } = observed;
  const hits = new Map<string, Hit>();
  const known = new Set<number>();
  const observer = { exempt: new Set<string>(), commandLines: new Set<string>() };
  let isStopped = false;

  const note = (found: readonly Hit[]) => {
    for (const hit of found) hits.set(`${hit.where} ${hit.form}`, hit);
  };
  const look = () => {
    for (const { pid, commandLine, environment } of descendants(observed.rootPid, known)) {
      observer.commandLines.add(commandLine);
      note(search.hitsIn(`the arguments of process ${pid}`, commandLine));
      note(search.hitsIn(`the environment of process ${pid}`, environment));
    }
    const files = filesOf(observed.dataFolder, observed.folders);
    note(judge(search, observed.dataFolder, { files, exempt: observer.exempt }));
  };
  const looking = (async () => {
    while (!isStopped) {
      look();
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE_MS);
      });
    }
  })();

  return {
    ...observer,
    get hits() {
      return [...hits.values()];
    },
    stop: () => {
      isStopped = true;
      return looking;
    },
  };
}

/** Everything in folders after the work: nothing is exempt any more. */
export function searchFolders(search: Search, folders: readonly string[]): Hit[] {
  return folders
    .flatMap((folder) => filesOf(folder, []))
    .flatMap((file) => [
      ...search.hitsIn(`the name of ${file}`, file),
      ...search.hitsIn(file, readFileSync(file)),
    ]);
}

/** The work folder of a step under way holds secrets, in files that are its owner's alone. */
function judge(
  search: Search,
  dataFolder: string,
  { files, exempt }: { files: readonly string[]; exempt: Set<string> },
): Hit[] {
  return files.flatMap((file) => {
    const read = readIfThere(file);
    if (read === undefined) return [];
    const found = search.hitsIn(file, read.content);
    const [top, , , ...name] = relative(dataFolder, file).split('/');
    if (top !== 'work' || found.length === 0) return found;
    if ((read.mode & 0o077) !== 0) {
      return found.map((hit) => ({ ...hit, where: `${file}, which others may read` }));
    }
    exempt.add(name.join('/'));
    return [];
  });
}

function filesOf(folder: string, more: readonly string[]): string[] {
  return [folder, ...more].flatMap((each) =>
    entriesOf(each).filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile()),
  );
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  } catch (error) {
    // A folder that goes away while it is read is looked at again in a moment.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readIfThere(file: string): { content: Buffer; mode: number } | undefined {
  try {
    return { mode: lstatSync(file).mode, content: readFileSync(file) };
  } catch {
    return undefined;
  }
}

interface Process {
  pid: number;
  commandLine: string;
  environment: string;
}

/** `known` remembers them: what loses its parent stays one of them. */
function descendants(rootPid: number, known: Set<number>): Process[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = textOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  for (const pid of known) if (!parents.has(pid)) known.delete(pid);
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === rootPid || known.has(pid) || isOurs(parents.get(pid)));
  for (const pid of parents.keys()) if (pid !== rootPid && isOurs(pid)) known.add(pid);
  return [...known].map((pid) => ({
    pid,
    commandLine: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    environment: textOf(`/proc/${pid}/environ`),
  }));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
