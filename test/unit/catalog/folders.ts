import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkTemplateFolder, type TemplateCheck } from '../../../src/catalog/check.ts';
import type { FindTemplate } from '../../../src/catalog/parts/nested.ts';
import type { ExecutorDefinition } from '../../../src/executors/executor.ts';
import { BiotopeError } from '../../../src/model/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/model/limits.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { DEFINITIONS } from './definitions.ts';

export const FIXTURES = join(import.meta.dirname, '../../fixtures/templates');

/** A folder with these files for as long as the test runs; programs are those under `bin/`. */
export async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
    if (path.startsWith('bin/')) await chmod(join(folder, path), 0o755);
  }
  return folder;
}

export function check(
  folder: string,
  limits: Partial<Limits> = {},
  findTemplate: FindTemplate = findNone,
  definitions: ReadonlyMap<string, ExecutorDefinition> = DEFINITIONS,
): Promise<TemplateCheck> {
  return checkTemplateFolder({
    folder,
    definitions,
    limits: { ...DEFAULT_LIMITS, ...limits },
    findTemplate,
  });
}

/** A place where nothing is published. */
export const findNone: FindTemplate = async (selector) => {
  throw new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `No published template fits ${JSON.stringify(selector)}.`,
  });
};

/** The templates of test/fixtures/templates/published, as if they were. */
export const findPublished: FindTemplate = async (selector) => {
  const [name = ''] = selector.split('@');
  const folder = join(FIXTURES, 'published', name);
  if (!existsSync(folder)) return findNone(selector);
  const { template, bundle, problems } = await check(folder, {}, findPublished);
  if (template === null || bundle === null) throw new Error(JSON.stringify(problems));
  const { version } = template;
  return { reference: { name, version, digest: bundle.digest }, template };
};

/** The smallest template: one resource that needs no file. */
export function templateText(version = '1.0.0', more = ''): string {
  return `apiVersion: biotope/v1
kind: Template
metadata: { name: small, version: ${version} }
resources:
  - id: settings
    executor: consul-kv
    with: { prefix: small, entries: { a: b } }
${more}`;
}

export async function checkText(
  text: string,
  limits: Partial<Limits> = {},
): Promise<TemplateCheck> {
  return check(await folderOf({ 'template.yaml': text }), limits);
}
