import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import type { BundleFile } from '../../../src/model/template.ts';
import { digest, digestFiles } from '../../../src/platform/digest.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { createBundleShelf } from '../../../src/worker/bundles.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HEX = 'ab'.repeat(32);
/** Of no bundle: for those that are refused before anybody looks. */
const DIGEST = `sha256:${HEX}`;

function digestOf(files: BundleFile[]): string {
  return digestFiles(
    files.map(({ path, executable, contentBase64 }) => {
      return { path, executable, digest: digest(Buffer.from(contentBase64, 'base64')) };
    }),
  );
}

let folder: string;
let fetches: number;

beforeEach(async () => {
  folder = temporaryFolder();
  fetches = 0;
});

function file(path: string, text = path, executable = false): BundleFile {
  return { path, executable, contentBase64: Buffer.from(text).toString('base64') };
}

/** Of the bundle whose one file is `a`. */
const A = digestOf([file('a')]);

function shelf(files: BundleFile[], limits = DEFAULT_LIMITS) {
  const fetch = async (digest: string) => {
    fetches += 1;
    return { digest, files };
  };
  const { folderOf } = createBundleShelf({ folder, limits, ids: systemIds });
  return { folderOf: (digest: string) => folderOf(digest, fetch) };
}

describe('a bundle', () => {
  it('is unpacked with its files read-only and its programs executable', async () => {
    const files = [file('app/start', '#!/bin/sh', true), file('.lock', 'x')];
    const at = await shelf(files).folderOf(digestOf(files));
    expect(await readFile(join(at, 'app/start'), 'utf8')).toBe('#!/bin/sh');
    expect((await stat(join(at, 'app/start'))).mode & 0o777).toBe(0o555);
    expect((await stat(join(at, '.lock'))).mode & 0o777).toBe(0o444);
  });

  it('is unpacked once for all who ask at the same time, and later', async () => {
    const bundles = shelf([file('a')]);
    const folders = await Promise.all(Array.from({ length: 20 }, () => bundles.folderOf(A)));
    expect(new Set(folders).size).toBe(1);
    await bundles.folderOf(A);
    expect(fetches).toBe(1);
  });

  it('is not unpacked again by another process, nor disturbed by one at the same time', async () => {
    const both = await Promise.all([
      shelf([file('a')]).folderOf(A),
      shelf([file('a')]).folderOf(A),
    ]);
    expect(both[0]).toBe(both[1]);
    fetches = 0;
    await shelf([]).folderOf(A);
    expect(fetches).toBe(0);
    expect(await readdir(folder)).toEqual([A.slice('sha256:'.length)]);
  });

  it('is complete or not there: what a crash left half done is not taken for it', async () => {
    await mkdir(join(folder, `.${A.slice(7, 19)}-older`));
    await writeFile(join(folder, `.${A.slice(7, 19)}-older`, 'a'), 'half');
    const at = await shelf([file('a')]).folderOf(A);
    expect(await readFile(join(at, 'a'), 'utf8')).toBe('a');
  });

  it('that somebody changed is not used, in this process nor by the next one', async () => {
    const bundles = shelf([file('app/start', 'good', true)]);
    const name = digestOf([file('app/start', 'good', true)]);
    const at = await bundles.folderOf(name);
    const program = join(at, 'app/start');
    const changes = [
      () => rm(program).then(() => writeFile(program, 'evil', { mode: 0o555 })),
      () => writeFile(join(at, 'app/beside.js'), 'evil'),
      () => chmod(program, 0o444),
      () => rm(program).then(() => symlink('/bin/sh', program)),
    ];
    for (const who of [bundles, shelf([file('app/start', 'good', true)])]) {
      for (const change of changes) {
        await change();
        expect(await who.folderOf(name)).toBe(at);
        expect(await readFile(program, 'utf8')).toBe('good');
        expect((await stat(program)).mode & 0o777).toBe(0o555);
        expect(await readdir(join(at, 'app'))).toEqual(['start']);
      }
    }
  });

  it('that a power cut left with empty files is unpacked anew by the next process', async () => {
    const at = await shelf([file('a')]).folderOf(A);
    await rm(join(at, 'a'));
    await writeFile(join(at, 'a'), '', { mode: 0o444 });
    expect(await shelf([file('a')]).folderOf(A)).toBe(at);
    expect(await readFile(join(at, 'a'), 'utf8')).toBe('a');
  });

  it('of many files is whole', async () => {
    const files = Array.from({ length: 100 }, (_, at) => file(`${at % 7}/${at}`, `file ${at}`));
    const at = await shelf(files).folderOf(digestOf(files));
    expect(await readFile(join(at, '6/97'), 'utf8')).toBe('file 97');
    expect(await readdir(at, { recursive: true })).toHaveLength(107);
  });

  it('with other files than its digest names is refused, and nothing of it stays', async () => {
    await expect(shelf([file('a', 'other')]).folderOf(A)).rejects.toMatchObject({
      code: 'PATH_INVALID',
    });
    expect(await readdir(folder)).toEqual([]);
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
    const bundles = createBundleShelf({ folder, limits: DEFAULT_LIMITS, ids: systemIds });
    const away = () => Promise.reject(new Error('away'));
    const there = async (digest: string) => ({ digest, files: [file('a')] });
    await expect(bundles.folderOf(A, away)).rejects.toThrow('away');
    expect(await bundles.folderOf(A, there)).toBe(join(folder, A.slice('sha256:'.length)));
  });

  it('that one step cannot have is fetched by another that waits for it', async () => {
    const bundles = createBundleShelf({ folder, limits: DEFAULT_LIMITS, ids: systemIds });
    const lost = bundles.folderOf(A, () => Promise.reject(new Error('the claim is lost')));
    const others = [1, 2].map(() =>
      bundles.folderOf(A, async (digest) => ({ digest, files: [file('a')] })),
    );
    await expect(lost).rejects.toThrow('the claim is lost');
    expect(new Set(await Promise.all(others)).size).toBe(1);
  });
});
