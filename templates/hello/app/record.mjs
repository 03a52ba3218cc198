// Where a server that runs can be found although its start was never reported: the folder stays
// while a step is under way, and after the machine or Biotope died in the middle of it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function recordFile() {
  return join(process.env.BIOTOPE_WORK_FOLDER ?? '.', 'server.json');
}

export function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** False if another server was quicker. */
export function claimRecord(file, server) {
  try {
    writeFileSync(file, JSON.stringify(server), { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

export function dropRecord(file) {
  rmSync(file, { force: true });
}
