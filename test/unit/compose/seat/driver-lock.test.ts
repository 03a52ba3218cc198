import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths, prepareDataFolder } from '../../../../src/compose/data-folder.ts';
import { findDriver, tryDriverLock } from '../../../../src/compose/seat/driver-lock.ts';
import { startDriver } from '../../../support/other-driver.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = join(temporaryFolder(), 'data');
  prepareDataFolder(dataPaths(folder));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

const me = { pid: process.pid, command: 'demo', startedAt: '2026-01-01T00:00:00Z' };

async function otherDriver(): Promise<ChildProcess> {
  const child = await startDriver(folder);
  children.push(child);
  return child;
}

describe('the driver lock', () => {
  it('is held by one process at a time, which the others can name', async () => {
    const child = await otherDriver();
    expect(tryDriverLock(dataPaths(folder), me)).toBeUndefined();
    expect(findDriver(dataPaths(folder))).toMatchObject({
      pid: child.pid,
      command: 'environment create x',
    });
  });

  it('is free at once when its holder is killed, whatever that left behind', async () => {
    const child = await otherDriver();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(dataPaths(folder).driver)).toBe(true);
    expect(findDriver(dataPaths(folder))).toBeUndefined();
    const lock = tryDriverLock(dataPaths(folder), me);
    expect(lock).toBeDefined();
    lock?.release();
  });

  it('can be taken again after it was released, and leaves no description', () => {
    tryDriverLock(dataPaths(folder), me)?.release();
    expect(findDriver(dataPaths(folder))).toBeUndefined();
    const again = tryDriverLock(dataPaths(folder), me);
    expect(again).toBeDefined();
    again?.release();
    expect(existsSync(dataPaths(folder).driver)).toBe(false);
  });

  it('that is damaged is named with its cause, to who wants it and to who looks', () => {
    const paths = dataPaths(folder);
    writeFileSync(paths.lock, 'no database at all '.repeat(100));
    const named = expect.objectContaining({
      name: 'BiotopeError',
      message: expect.stringContaining(paths.lock),
    });
    expect(() => findDriver(paths)).toThrow(named);
    expect(() => tryDriverLock(paths, me)).toThrow(named);
  });
});
