import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { findDriver } from '../../../src/compose/seat/driver-lock.ts';
import type { Check } from '../frame/scenario.ts';

/** No process goes on with what nobody waits for, and no lock or record tells of one that is gone. */
export const leftBehind: Check = async (place, tally) => {
  tally.count('orphans', 1, place.left);
  const paths = dataPaths(place.dataFolder);
  // What describes the driver stays behind with a killed one, and means nothing without the lock.
  const driver = findDriver(paths) === undefined ? [] : ['the lock of the process that drives'];
  const records = filesBelow(paths.work).filter((file) => /\.pid$|\.lock\.info$/.test(file));
  tally.count('stale-locks', 1, [...driver, ...records]);
};

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
}
