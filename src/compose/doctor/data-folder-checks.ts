import { accessSync, constants, existsSync, type Stats, statSync } from 'node:fs';
import { isBiotopeError } from '../../model/errors.ts';
import { MIB, sizeText } from '../../model/size.ts';
import { type DoubtfulFileSystem, fileSystemOf, nearestThere } from '../../platform/file-system.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { type DataPaths, refuseForeign } from '../data-folder.ts';
import { findDriver } from '../seat/driver-lock.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from './check.ts';

const OTHER_FOLDER = 'or name another folder with --data';

export const dataFolderCheck: Check = {
  name: 'data folder',
  run: ({ paths }) => {
    const { folder } = paths;
    const facts = statSync(folder, { throwIfNoEntry: false });
    return facts === undefined ? judgeAbsent(folder) : judgeThere(paths, facts);
  },
};

function judgeAbsent(folder: string): Finding {
  const above = nearestThere(folder);
  const elsewhere = 'Name another folder with --data.';
  if (!statSync(above).isDirectory()) {
    return failed(`${folder} cannot be made: ${above} is no folder`, elsewhere);
  }
  const { doubt } = fileSystemOf(above);
  if (doubt?.why === 'kernel') {
    return failed(`${folder} cannot be made: ${above} keeps no files (${doubt.name})`, elsewhere);
  }
  if (mayWrite(above)) return ok(`${folder} is made by the first command that writes`);
  return failed(
    `${folder} cannot be made: ${above} may not be written`,
    `Make it yourself: mkdir -m 700 ${shellWord(folder)}, ${OTHER_FOLDER}.`,
  );
}

function judgeThere(paths: DataPaths, facts: Stats): Finding {
  const { folder } = paths;
  const word = shellWord(folder);
  if (!facts.isDirectory()) {
    return failed(
      `${folder} is no folder`,
      `Move it away: mv ${word} ${word}.old, ${OTHER_FOLDER}.`,
    );
  }
  if (!mayWrite(folder)) {
    const how = `Give it to yourself: sudo chown -R "$USER" ${word} && chmod 700 ${word}, ${OTHER_FOLDER}.`;
    return failed(`${folder} may not be written`, how);
  }
  const foreign = foreignProblem(paths);
  if (foreign !== undefined) return failed(foreign, 'Name a new or an empty folder with --data.');
  const mode = facts.mode & 0o777;
  // Windows keeps permissions elsewhere: these bits say nothing there.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const found = `${folder} is open to other users (mode 0${mode.toString(8)})`;
    return warning(
      found,
      `Close it: chmod 700 ${word} (the next command that writes does so too).`,
    );
  }
  const { doubt } = fileSystemOf(folder);
  return doubt === undefined ? ok(`${folder} (writable, private)`) : judgeDoubt(folder, doubt);
}

/** @internal Exported for its tests: no test can put a folder on NFS. */
export function judgeDoubt(folder: string, { name, why }: DoubtfulFileSystem): Finding {
  const how = 'Keep it on a local disk: --data FOLDER, or BIOTOPE_DATA_FOLDER.';
  if (why === 'kernel') return failed(`${folder} lies where no files are kept (${name})`, how);
  if (why === 'memory')
    return warning(`${folder} lies in memory (${name}): a restart ends it`, how);
  return warning(`${folder} is on ${name}, whose locks may not hold between machines`, how);
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function foreignProblem(paths: DataPaths): string | undefined {
  try {
    refuseForeign(paths);
    return undefined;
  } catch (error) {
    if (isBiotopeError(error)) return `${paths.folder} holds files of something else`;
    throw error;
  }
}

const FREE_BYTES = { warning: 1024 * MIB, failed: 100 * MIB };

export const diskCheck: Check = {
  name: 'disk',
  run: ({ paths }) => judgeFreeBytes(fileSystemOf(paths.folder).freeBytes, paths.folder),
};

/** @internal Exported for its tests: no test can fill a disk. */
export function judgeFreeBytes(bytes: number, folder: string): Finding {
  const found = `${sizeText(bytes)} free for ${folder}`;
  const how = `Free some space on its disk: du -xh --max-depth=2 ${shellWord(nearestThere(folder))}`;
  if (bytes < FREE_BYTES.failed) return failed(found, how);
  return bytes < FREE_BYTES.warning ? warning(found, how) : ok(found);
}

export const driverCheck: Check = {
  name: 'driver',
  run: ({ paths }) => {
    // To look is to open the lock's file, and that would make it.
    if (!existsSync(paths.lock)) return skipped('nobody has driven this data folder yet');
    const driver = findDriver(paths);
    if (driver === undefined) return ok('no process drives this data folder');
    if (driver === 'unknown') return ok('another process drives this data folder');
    const { pid, command, startedAt } = driver;
    return ok(`process ${pid} drives it (biotope ${command}, since ${startedAt})`);
  },
};
