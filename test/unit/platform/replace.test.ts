import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, replaceFolder } from '../../../src/platform/replace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let base: string;
beforeEach(() => {
  base = temporaryFolder();
});

const never = () => false;

function folder(name: string, text: string): string {
  const path = join(base, name);
  mkdirSync(path);
  writeFileSync(join(path, 'file'), text);
  return path;
}

const textOf = (place: string) => readFileSync(join(place, 'file'), 'utf8');

describe('a file', () => {
  it.each([false, true])(
    'is replaced whole and is its owner’s alone (durable: %s)',
    (isDurable) => {
      const path = join(base, 'note.json');
      replaceFile(path, 'first', { isDurable });
      replaceFile(path, 'second', { isDurable });
      expect(readFileSync(path, 'utf8')).toBe('second');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(base)).toEqual(['note.json']);
    },
  );

  it('that cannot be replaced stays, and nothing is left beside it', () => {
    const path = folder('taken', 'kept');
    expect(() => replaceFile(path, 'text')).toThrow();
    expect(textOf(path)).toBe('kept');
    expect(readdirSync(base)).toEqual(['taken']);
  });
});

describe('a folder', () => {
  it('takes an empty place', async () => {
    await replaceFolder(folder('draft', 'new'), join(base, 'place'), never);
    expect(textOf(join(base, 'place'))).toBe('new');
    expect(readdirSync(base)).toEqual(['place']);
  });

  it('leaves one that is there and good, and its draft to its maker', async () => {
    const place = folder('place', 'old');
    await replaceFolder(folder('draft', 'new'), place, async () => true);
    expect(textOf(place)).toBe('old');
    expect(readdirSync(base)).toEqual(['draft', 'place']);
  });

  it('takes the place of one that is not good', async () => {
    const place = folder('place', 'damaged');
    await replaceFolder(folder('draft', 'new'), place, never);
    expect(textOf(place)).toBe('new');
    expect(readdirSync(base)).toEqual(['place']);
  });

  it('takes the place of a link that leads nowhere', async () => {
    const place = join(base, 'place');
    symlinkSync('nowhere', place);
    await replaceFolder(folder('draft', 'new'), place, never);
    expect(textOf(place)).toBe('new');
    expect(readdirSync(base)).toEqual(['place']);
  });

  it('without a place to be made in is told, and stays', async () => {
    const draft = folder('draft', 'new');
    const place = join(base, 'absent', 'place');
    await expect(replaceFolder(draft, place, never)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(textOf(draft)).toBe('new');
  });
});
