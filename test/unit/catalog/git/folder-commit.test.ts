import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { gitCommitOf } from '../../../../src/catalog/git/folder-commit.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let repository: string;
let folder: string;

beforeEach(() => {
  repository = temporaryFolder();
  folder = join(repository, 'templates', 'shop');
  mkdirSync(folder, { recursive: true });
  git('init', '--quiet');
});

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8' }).trim();
}

const file = (path: string, text: string, executable = false) => ({
  path,
  executable,
  contentBase64: Buffer.from(text).toString('base64'),
});
const files = [file('template.yaml', 'kind: Template\n'), file('start', '#!/bin/sh\n', true)];

function commitFiles(): string {
  for (const { path, executable, contentBase64 } of files) {
    const content = Buffer.from(contentBase64, 'base64');
    writeFileSync(join(folder, path), content, { mode: executable ? 0o755 : 0o644 });
  }
  git('add', '.');
  git('commit', '--quiet', '-m', 'A template');
  return git('rev-parse', 'HEAD');
}

it('is the commit that holds exactly these files', async () => {
  const commit = commitFiles();
  expect(await gitCommitOf(folder, files)).toBe(commit);
});

it('is not told of files that were changed, added or made executable since', async () => {
  commitFiles();
  const [template = file('', ''), start = file('', '')] = files;
  expect(await gitCommitOf(folder, [file('template.yaml', 'other'), start])).toBeNull();
  expect(await gitCommitOf(folder, [...files, file('new', 'new')])).toBeNull();
  expect(await gitCommitOf(folder, [{ ...template, executable: true }, start])).toBeNull();
});

it('is not told where there is no commit and where there is no repository', async () => {
  expect(await gitCommitOf(folder, files)).toBeNull();
  rmSync(join(repository, '.git'), { recursive: true });
  expect(await gitCommitOf(folder, files)).toBeNull();
});

it('is found without running any program that the repository names', async () => {
  const commit = commitFiles();
  const mark = join(repository, 'ran');
  const program = `touch ${mark}; cat`;
  for (const key of ['filter.evil.clean', 'filter.evil.process', 'core.fsmonitor', 'core.pager']) {
    git('config', key, program);
  }
  writeFileSync(join(repository, '.git', 'info', 'attributes'), '* filter=evil\n');
  // As new, so that Git would have to read the file to know whether it was changed.
  writeFileSync(join(folder, 'template.yaml'), 'kind: Template\n');
  expect(await gitCommitOf(folder, files)).toBe(commit);
  expect(existsSync(mark)).toBe(false);
});

it('is not told where there is no Git that can be used', async () => {
  commitFiles();
  expect(await gitCommitOf(folder, files, { PATH: folder })).toBeNull();
});

const isRoot = process.getuid?.() === 0;

it.runIf(isRoot)('is told of the repository of somebody else whom the user trusts', async () => {
  const commit = commitFiles();
  for (const place of [repository, join(repository, '.git')]) chownSync(place, 4_711, 4_711);
  const host = { PATH: process.env.PATH, HOME: folder };
  expect(await gitCommitOf(folder, files, host)).toBeNull();
  const trusted = join(repository, 'gitconfig');
  writeFileSync(trusted, `[safe]\n\tdirectory = ${repository}\n`);
  expect(await gitCommitOf(folder, files, { ...host, GIT_CONFIG_GLOBAL: trusted })).toBe(commit);
});
