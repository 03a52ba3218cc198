import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { dataPaths, holdsData, prepareDataFolder } from '../../../src/compose/data-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let base: string;
beforeEach(() => {
  base = temporaryFolder();
});

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

  it.each(['worksheets', 'tools-old', 'store.db.bak', 'driver.json5', 'terraform.tfvars'])(
    'takes %s for no name of its own',
    (name) => {
      writeFileSync(join(base, name), '');
      expect(() => prepareDataFolder(dataPaths(base))).toThrow(/holds other files/);
      expect(readdirSync(base)).toEqual([name]);
    },
  );

  it('takes what is left of its own where the store is gone', () => {
    const { tools, providers, prepared, keyvalue, secretKey } = dataPaths(base);
    for (const folder of [tools, providers, prepared]) mkdirSync(folder, { recursive: true });
    for (const suffix of ['', '-wal', '-shm', '-journal'])
      writeFileSync(`${keyvalue}${suffix}`, '');
    writeFileSync(secretKey, '');
    prepareDataFolder(dataPaths(base));
    expect(statSync(base).mode & 0o777).toBe(0o700);
  });
});

describe.runIf(process.platform === 'linux')('prepareDataFolder below /proc', () => {
  it('says at once that no folder can be made there', () => {
    expect(() => prepareDataFolder(dataPaths('/proc/biotope/data'))).toThrow(/cannot be made/);
  });
});

describe('holdsData', () => {
  it('takes a folder that is not there, and one without a store, as empty', () => {
    expect(holdsData(dataPaths(join(base, 'absent', 'data')))).toBe(false);
    expect(holdsData(dataPaths(base))).toBe(false);
    writeFileSync(dataPaths(base).store, '');
    expect(holdsData(dataPaths(base))).toBe(true);
  });

  it('refuses a file in place of the folder, and in place of one above it', () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(() => holdsData(dataPaths(file))).toThrow(/is no folder/);
    expect(() => holdsData(dataPaths(join(file, 'data')))).toThrow(/cannot be read/);
  });
});
