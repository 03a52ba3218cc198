import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createCommandExecutor } from '../../../../src/executors/command/command.ts';
import type { CommandSettings } from '../../../../src/executors/command/settings.ts';
import type { ResolvedSpec, StepContext } from '../../../../src/executors/executor.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { stepContext } from '../step.ts';

export const PATH = '/usr/local/bin:/usr/bin:/bin';

/** Folders as a worker prepares them, anew for each test of the file that calls it. */
export function setStage() {
  const folders = { bundleFolder: '', workFolder: '' };

  beforeEach(async () => {
    folders.bundleFolder = temporaryFolder();
    folders.workFolder = temporaryFolder();
  });

  afterEach(async () => {
    for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true });
  });

  return {
    inWork: (name = '') => join(folders.workFolder, name),
    /** A program of the template; returns how a spec names it. */
    script: async (name: string, text: string): Promise<string> => {
      const file = join(folders.bundleFolder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `#!/bin/sh\n${text}\n`);
      await chmod(file, 0o755);
      return `./${name}`;
    },
    context: (spec: ResolvedSpec, parts: Partial<StepContext> = {}) =>
      stepContext({ ...folders, spec, ...parts }),
  };
}

export function executor(settings: Partial<CommandSettings> = {}) {
  return createCommandExecutor({ settings: { path: PATH, host: {}, ...settings } });
}
