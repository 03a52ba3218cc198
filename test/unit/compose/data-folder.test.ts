import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths, prepareDataFolder } from '../../../src/compose/data-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'biotope-data-'));
});
afterEach(() => rmSync(base, { recursive: true }));

describe('prepareDataFolder', () => {
  it('makes a folder that is private and out of sight of Git', () => {
    const folder = join(base, 'deep', 'data');
    prepareDataFolder(dataPaths(folder));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('takes an empty folder, and its own again', () => {
    const folder = join(base, 'data');
    mkdirSync(folder, { mode: 0o755 });
    prepareDataFolder(dataPaths(folder));
    writeFileSync(dataPaths(folder).store, '');
    prepareDataFolder(dataPaths(folder));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("leaves a folder with somebody else's files alone", () => {
    const before = statSync(base).mode;
    mkdirSync(join(base, 'documents'));
    expect(() => prepareDataFolder(dataPaths(base))).toThrow(/holds other files/);
    expect(statSync(base).mode).toBe(before);
  });
});
