import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../../../src/platform/process/find-program.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  await mkdir(join(folder, 'first'));
  await mkdir(join(folder, 'second'));
  await writeFile(join(folder, 'first/tool'), 'not executable', { mode: 0o644 });
  await writeFile(join(folder, 'second/tool'), '#!/bin/sh\n', { mode: 0o755 });
});

describe('a program', () => {
  it('is the first executable file of its name on the path', () => {
    const path = `${join(folder, 'none')}:${join(folder, 'first')}:${join(folder, 'second')}`;
    expect(findProgram('tool', path)).toBe(join(folder, 'second/tool'));
    expect(findProgram('first', folder)).toBeUndefined();
    expect(findProgram('tool', undefined)).toBeUndefined();
  });

  it('with a slash is looked for from a folder, not on the path', () => {
    expect(findProgram('./second/tool', '', folder)).toBe(join(folder, 'second/tool'));
    expect(findProgram('second/tool', folder, join(folder, 'first'))).toBeUndefined();
  });
});
