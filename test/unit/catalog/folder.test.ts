import { once } from 'node:events';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { check, folderOf, templateText } from './folders.ts';

const SMALL = { 'template.yaml': templateText() };

async function messages(
  folder: string,
  limits: Parameters<typeof check>[1] = {},
): Promise<string[]> {
  return (await check(folder, limits)).problems.map(({ file, message }) => `${file}: ${message}`);
}

describe('the folder of a template', () => {
  it('is bundled without what tools left in it, sorted, with the executable bit', async () => {
    const folder = await folderOf({
      ...SMALL,
      'bin/start': '#!/bin/sh',
      'b.txt': 'b',
      'a/b/c.txt': 'c',
      '.hidden': 'kept',
      '.git/config': 'x',
      '.terraform/providers/x': 'x',
      'module/.terraform/x': 'x',
      'module/.terraform.lock.hcl': 'kept',
      'module/terraform.tfstate': 'x',
      'module/terraform.tfstate.backup': 'x',
      'node_modules/x/index.js': 'x',
    });
    const { bundle } = await check(folder);
    expect(bundle?.files.map(({ path, executable }) => (executable ? `${path}*` : path))).toEqual([
      '.hidden',
      'a/b/c.txt',
      'b.txt',
      'bin/start*',
      'module/.terraform.lock.hcl',
      'template.yaml',
    ]);
    expect(Buffer.from(bundle?.files[2]?.contentBase64 ?? '', 'base64').toString()).toBe('b');
  });

  it('has the same digest for the same content, and another for any other', async () => {
    const digest = async (files: Record<string, string>) =>
      (await check(await folderOf({ ...SMALL, ...files }))).bundle?.digest;
    const one = await digest({ 'a.txt': 'a', 'b/c.txt': 'c' });
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest({ 'b/c.txt': 'c', 'a.txt': 'a' })).toBe(one);
    expect(await digest({ 'a.txt': 'a', 'b/c.txt': 'd' })).not.toBe(one);
    expect(await digest({ 'a.txt': 'a', 'b/d.txt': 'c' })).not.toBe(one);
  });

  it('has another digest once a file becomes executable', async () => {
    const folder = await folderOf({ ...SMALL, run: 'x' });
    const before = (await check(folder)).bundle?.digest;
    await chmod(join(folder, 'run'), 0o755);
    expect((await check(folder)).bundle?.digest).not.toBe(before);
  });

  it('must hold no symbolic links, not even to a folder or to the template', async () => {
    const outside = await folderOf({ secret: 'x', 'template.yaml': templateText() });
    const folder = await folderOf(SMALL);
    await symlink(join(outside, 'secret'), join(folder, 'file'));
    await symlink(outside, join(folder, 'folder'));
    await symlink('/nowhere', join(folder, 'dangling'));
    expect(await messages(folder)).toEqual([
      'dangling: symbolic links are not taken',
      'file: symbolic links are not taken',
      'folder: symbolic links are not taken',
    ]);
    const other = await folderOf({});
    await symlink(join(outside, 'template.yaml'), join(other, 'template.yaml'));
    expect(await messages(other)).toEqual(['template.yaml: symbolic links are not taken']);
  });

  it('must hold no sockets, and no names that a terminal or another system reads otherwise', async () => {
    const folder = await folderOf(SMALL);
    const server = createServer().listen(join(folder, 'socket'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    await writeFile(join(folder, 'a\\b'), 'x');
    await writeFile(join(folder, 'a\nb'), 'x');
    expect(await messages(folder)).toEqual([
      'a?b: a file cannot have this name',
      'a\\b: a file cannot have this name',
      'socket: this is no regular file',
    ]);
  });

  it('keeps within the limits of files, bytes and levels', async () => {
    const folder = await folderOf({ ...SMALL, 'a/b/c/d.txt': 'd'.repeat(1_000), 'e.txt': 'e' });
    expect(await messages(folder)).toEqual([]);
    expect(await messages(folder, { bundleFilesMax: 2 })).toEqual([
      '.: the folder holds more than 2 files',
    ]);
    expect(await messages(folder, { bundleBytesMax: 900 })).toContain(
      'a/b/c/d.txt: with this file the folder is larger than a template may be (limits.bundleBytesMax)',
    );
    expect(await messages(folder, { nestingLevelsMax: 2 })).toContain(
      'a/b/c: folders are nested deeper than 2 levels',
    );
  });

  it('must exist', async () => {
    const folder = await folderOf({ file: 'x' });
    await expect(check(join(folder, 'nothing'))).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
    });
    await expect(check(join(folder, 'file'))).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    await mkdir(join(folder, 'empty'));
    expect(await messages(join(folder, 'empty'))).toEqual([
      'template.yaml: the folder holds no template.yaml',
    ]);
  });
});
