import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Module, readModule } from './module.ts';
import { digestOfFolders, type ModuleFiles } from './module-files.ts';
import { writePrivate } from './work-folder.ts';

const MODULE = z.object({
  variables: z.array(
    z.object({
      name: z.string(),
      type: z.string().nullable(),
      required: z.boolean(),
      sensitive: z.boolean(),
    }),
  ),
  outputs: z.array(z.object({ name: z.string(), sensitive: z.boolean() })),
  providers: z.array(z.string()),
  requirements: z.array(
    z.object({
      folder: z.string(),
      name: z.string(),
      source: z.string().nullable(),
      version: z.string().nullable(),
    }),
  ),
  calls: z.array(z.object({ folder: z.string(), name: z.string(), source: z.string() })),
  problems: z.array(z.string()),
});

/**
 * Modules as they were read, by what was read: the parser costs more than a Terraform run, and a
 * module is applied far more often than it changes.
 */
export async function knownModule(
  folder: string,
  files: ModuleFiles,
  { module, folders }: { module: string; folders: readonly string[] },
): Promise<{ module: Module; contentDigest: string }> {
  const contentDigest = digestOfFolders(files, folders);
  // The same files in another folder of the bundle say other paths.
  const name = `${contentDigest}-${Buffer.from(module).toString('hex')}`.replace('sha256:', '');
  const file = join(folder, `${name.slice(0, 200)}.json`);
  const kept = readKept(file);
  if (kept !== undefined) return { module: kept, contentDigest };
  const read = await readModule(files, module);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivate(`${file}.${process.pid}`, JSON.stringify(read));
  renameSync(`${file}.${process.pid}`, file);
  return { module: read, contentDigest };
}

function readKept(file: string): Module | undefined {
  try {
    return MODULE.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
