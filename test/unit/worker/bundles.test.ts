import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import type { BundleFile } from '../../../src/model/template.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { createBundleShelf } from '../../../src/worker/bundles.ts';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}`;

let folder: string;
let fetches: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  fetches = 0;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function file(path: string, text = path, executable = false): BundleFile {
  return { path, executable, contentBase64: Buffer.from(text).toString('base64') };
}

function shelf(files: BundleFile[], limits = DEFAULT_LIMITS) {
  const fetch = async (digest: string) => {
    fetches += 1;
    return { digest, files };
  };
  return createBundleShelf({ folder, fetch, limits, ids: systemIds });
}

describe('a bundle', () => {
  it('is unpacked with its files read-only and its programs executable', async () => {
    const at = await shelf([file('app/start', '#!/bin/sh', true), file('.lock', 'x')]).folderOf(
      DIGEST,
    );
    expect(await readFile(join(at, 'app/start'), 'utf8')).toBe('#!/bin/sh');
    expect((await stat(join(at, 'app/start'))).mode & 0o777).toBe(0o555);
    expect((await stat(join(at, '.lock'))).mode & 0o777).toBe(0o444);
  });

  it('is unpacked once for all who ask at the same time, and later', async () => {
    const bundles = shelf([file('a')]);
    const folders = await Promise.all(Array.from({ length: 20 }, () => bundles.folderOf(DIGEST)));
    expect(new Set(folders).size).toBe(1);
    await bundles.folderOf(DIGEST);
    expect(fetches).toBe(1);
  });

  it('is not unpacked again by another process, nor disturbed by one at the same time', async () => {
    const both = await Promise.all([
      shelf([file('a')]).folderOf(DIGEST),
      shelf([file('a')]).folderOf(DIGEST),
    ]);
    expect(both[0]).toBe(both[1]);
    fetches = 0;
    await shelf([]).folderOf(DIGEST);
    expect(fetches).toBe(0);
    expect(await readdir(folder)).toEqual([HEX]);
  });

  it('is complete or not there: what a crash left half done is not taken for it', async () => {
    await mkdir(join(folder, `.${HEX.slice(0, 12)}-older`));
    await writeFile(join(folder, `.${HEX.slice(0, 12)}-older`, 'a'), 'half');
    const at = await shelf([file('a', 'whole')]).folderOf(DIGEST);
    expect(await readFile(join(at, 'a'), 'utf8')).toBe('whole');
  });

  it.each(['../a', '/etc/a', 'a/../../b', 'a//b', 'a\\b', './a', '', 'a/\0', '..'])(
    'with the path %j is refused, and nothing of it stays',
    async (path) => {
      await expect(shelf([file('good'), file(path)]).folderOf(DIGEST)).rejects.toMatchObject({
        code: 'PATH_INVALID',
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('with one file twice is refused, and nothing of it stays', async () => {
    await expect(shelf([file('a', '1'), file('a', '2')]).folderOf(DIGEST)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['sha256:../../etc', 'sha256:AB', '', `sha256:${HEX}/..`])(
    'with the digest %j is refused',
    async (digest) => {
      await expect(shelf([]).folderOf(digest)).rejects.toMatchObject({ code: 'PATH_INVALID' });
      expect(fetches).toBe(0);
    },
  );

  it('that is too large is refused', async () => {
    const [many, large] = [
      { ...DEFAULT_LIMITS, bundleFilesMax: 1 },
      { ...DEFAULT_LIMITS, bundleBytesMax: 3 },
    ];
    for (const limits of [many, large]) {
      await expect(
        shelf([file('a', '12'), file('b', '34')], limits).folderOf(DIGEST),
      ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    }
  });

  it('that could not be had is asked for again', async () => {
    let attempts = 0;
    const bundles = createBundleShelf({
      folder,
      limits: DEFAULT_LIMITS,
      ids: systemIds,
      fetch: async (digest) => {
        attempts += 1;
        if (attempts === 1) throw new Error('away');
        return { digest, files: [file('a')] };
      },
    });
    await expect(bundles.folderOf(DIGEST)).rejects.toThrow('away');
    expect(await bundles.folderOf(DIGEST)).toBe(join(folder, HEX));
  });
});
