import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isSegment, segmentFor } from '../../../src/platform/paths.ts';
import {
  makeLookFolder,
  makeWorkFolder,
  removeWorkFolder,
  sweepWorkFolders,
  workFolderOf,
} from '../../../src/worker/work-folders.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
const nothing = async () => {};

beforeEach(() => {
  folder = temporaryFolder();
});

const address = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,20}(?:\/[a-z0-9-]{1,40}){0,5}$/),
    fc.integer({ min: 0, max: 99_999 }),
  )
  .map(([id, index]) => `${id}[${index}]`);

describe('the name of a folder', () => {
  it('is allowed in paths, and another one for another address', () => {
    fc.assert(
      fc.property(address, address, (left, right) => {
        expect(isSegment(segmentFor(left))).toBe(true);
        expect(segmentFor(left) === segmentFor(right)).toBe(left === right);
      }),
    );
  });

  it('can be read by people', () => {
    expect(segmentFor('data/db[0]')).toBe('data_db.0');
  });

  it('cannot lead away from its place', () => {
    expect(() => workFolderOf(folder, { runId: '../..', address: 'a[0]' })).toThrow(/run/);
    for (const odd of ['../../etc', '..', 'a[0]/../b', '.[0]']) {
      expect(isSegment(segmentFor(odd)), odd).toBe(true);
    }
  });
});

describe('a work folder', () => {
  it('is its owner’s alone, and goes with the folder of its run', async () => {
    const first = await makeWorkFolder(workFolderOf(folder, { runId: 'r', address: 'a[0]' }));
    const second = await makeWorkFolder(workFolderOf(folder, { runId: 'r', address: 'a[1]' }));
    expect((await stat(first)).mode & 0o777).toBe(0o700);
    await removeWorkFolder(first);
    expect(await readdir(join(folder, 'work', 'r'))).toEqual(['a.1']);
    await removeWorkFolder(second);
    expect(await readdir(join(folder, 'work'))).toEqual([]);
  });

  it('is swept away after a month, and not before', async () => {
    await mkdir(join(folder, 'work', 'old', 'a.0'), { recursive: true });
    await mkdir(join(folder, 'work', 'new', 'a.0'), { recursive: true });
    const nowMs = Date.now();
    const longAgo = new Date(nowMs - 31 * 24 * 3_600_000);
    await utimes(join(folder, 'work', 'old'), longAgo, longAgo);
    await sweepWorkFolders(folder, { nowMs, mayGoOn: async () => true, tidy: nothing });
    expect(await readdir(join(folder, 'work'))).toEqual(['new']);
    await sweepWorkFolders(join(folder, 'nowhere'), {
      nowMs,
      mayGoOn: async () => true,
      tidy: nothing,
    });
  });

  it('is swept away at the next start where its run is over', async () => {
    for (const run of ['over', 'open']) await mkdir(join(folder, 'work', run), { recursive: true });
    await sweepWorkFolders(folder, {
      nowMs: Date.now(),
      mayGoOn: async (run) => run === 'open',
      tidy: nothing,
    });
    expect(await readdir(join(folder, 'work'))).toEqual(['open']);
  });

  it('that stays is tidied, and the others of its run go where only some are needed', async () => {
    for (const [run, step] of [
      ['open', 'a.0'],
      ['open', 'a.1'],
      ['over', 'a.0'],
      ['over', 'a.1'],
    ] as const) {
      await mkdir(join(folder, 'work', run, step), { recursive: true });
    }
    const tidied: string[] = [];
    await sweepWorkFolders(folder, {
      nowMs: Date.now(),
      mayGoOn: async (run) => run === 'open' || ['a[1]'],
      tidy: async (step) => {
        tidied.push(relative(join(folder, 'work'), step));
      },
    });
    expect(tidied.sort()).toEqual(['open/a.0', 'open/a.1', 'over/a.1']);
    expect(await readdir(join(folder, 'work', 'over'))).toEqual(['a.1']);
  });

  it('of a look is kept as long as the process that looks lives', async () => {
    const own = await makeLookFolder(folder);
    expect((await stat(own)).mode & 0o777).toBe(0o700);
    await mkdir(join(folder, 'work', `.look-${2 ** 22 + 1}-gone`));
    await sweepWorkFolders(folder, {
      nowMs: Date.now(),
      mayGoOn: async () => false,
      tidy: nothing,
    });
    expect(await readdir(join(folder, 'work'))).toEqual([basename(own)]);
  });
});
