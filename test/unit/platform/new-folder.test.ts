import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNewFolder } from '../../../src/platform/new-folder.ts';
import { folderOf } from '../catalog/folders.ts';

const FILES = [{ path: 'a/b.txt', text: 'b' }];

describe('a new folder', () => {
  it('has its files, and nothing is left beside it', async () => {
    const place = await folderOf({});
    expect(writeNewFolder(join(place, 'new'), FILES)).toBe(true);
    expect(readFileSync(join(place, 'new/a/b.txt'), 'utf8')).toBe('b');
    expect(readdirSync(place)).toEqual(['new']);
  });

  it('is made in the place of nothing that is there', async () => {
    const place = await folderOf({ file: 'x', 'full/file': 'x' });
    mkdirSync(join(place, 'empty'));
    symlinkSync('/nowhere', join(place, 'link'));
    const before = readdirSync(place, { recursive: true });
    for (const name of ['file', 'full', 'empty', 'link']) {
      expect(writeNewFolder(join(place, name), FILES)).toBe(false);
    }
    expect(readdirSync(place, { recursive: true })).toEqual(before);
  });

  it('is not there at all where it could not be written whole', async () => {
    const place = await folderOf({});
    const bad = [...FILES, { path: 'a/b.txt/c', text: 'c' }];
    expect(() => writeNewFolder(join(place, 'new'), bad)).toThrow('EEXIST');
    expect(readdirSync(place)).toEqual([]);
    writeFileSync(join(place, 'file'), '');
    expect(() => writeNewFolder(join(place, 'none/new'), FILES)).toThrow('ENOENT');
    expect(() => writeNewFolder(join(place, 'file/new'), FILES)).toThrow('ENOTDIR');
    expect(readdirSync(place)).toEqual(['file']);
  });
});
