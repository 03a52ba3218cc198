import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  makeTemporaryFolder,
  sweepTemporaryFolders,
} from '../../../src/platform/temporary-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY_MS = 24 * 3_600_000;
/** More than any process has. */
const GONE = 2 ** 22 + 1;

it('what a killed process left goes after a day, and nothing of anybody else', async () => {
  const parent = temporaryFolder();
  const left = `biotope-tmp-${GONE}-left`;
  const others = [`biotope-tmp-${process.pid}-own`, `other-tmp-${GONE}-x`, 'biotope-tmp-none'];
  for (const name of [left, ...others]) mkdirSync(join(parent, name));
  writeFileSync(join(parent, left, 'file'), 'a secret');
  const link = `biotope-tmp-${GONE}-link`;
  symlinkSync(join(parent, others[0] ?? ''), join(parent, link));
  await sweepTemporaryFolders(parent, Date.now() + DAY_MS / 2);
  expect(readdirSync(parent)).toContain(left);
  await sweepTemporaryFolders(parent, Date.now() + DAY_MS + 60_000);
  expect(readdirSync(parent).sort()).toEqual([...others, link].sort());
  await sweepTemporaryFolders(join(parent, 'nowhere'), Date.now());
});

it('a temporary folder is private, and named after who made it', () => {
  const folder = makeTemporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(basename(folder)).toMatch(new RegExp(`^biotope-tmp-${process.pid}-`));
});
