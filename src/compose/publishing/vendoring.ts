import type { TemplateCheck } from '../../catalog/check.ts';
import { fileProblem, TEMPLATE_FILE } from '../../catalog/document/problem.ts';
import { createBundle, filesOfRecord } from '../../catalog/folder/bundle.ts';
import type { FolderFile } from '../../catalog/folder/folder.ts';
import type { GoodCheck } from '../../catalog/publish.ts';
import { terraformDefinition } from '../../executors/terraform/definition.ts';
import { MANIFEST_FILE, manifestText } from '../../executors/terraform/modules/manifest.ts';
import type { FetchPackage } from '../../executors/terraform/vendoring/package.ts';
import {
  type VendoredModules,
  vendorModules,
} from '../../executors/terraform/vendoring/vendor-modules.ts';
import { wantedModules } from '../../executors/terraform/vendoring/wanted.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Template, VendoredModule } from '../../model/template.ts';
import { withPrivateFolder } from '../../platform/private-folder.ts';
import type { Biotope } from '../seat/contract.ts';
import type { Packages } from './module-packages.ts';

/** Checks a template's files once more, with others among them. */
export type Recheck = (files: readonly FolderFile[]) => Promise<TemplateCheck>;

export interface VendoringTerms {
  recheck: Recheck;
  signal: AbortSignal;
}

export interface WithModules {
  /** Of the template with its modules in it. */
  check: TemplateCheck;
  modules: VendoredModule[];
  /** Why modules could not be had now: what they need and have is not checked. */
  unavailable: BiotopeError[];
}

/**
 * Brings the modules that a template takes from elsewhere into its files, and checks it again. Nothing
 * is fetched and nothing changes where it takes none. Rejects with LIMIT_EXCEEDED.
 */
export async function withModules(
  check: GoodCheck,
  { config, notify }: Pick<Biotope, 'config' | 'notify'>,
  { recheck, signal }: VendoringTerms,
): Promise<WithModules> {
  const specs = specsOf(check.template);
  if (specs.length === 0) return { check, modules: [], unavailable: [] };
  const files = filesOfRecord(check.bundle);
  const { reader } = createBundle(files);
  const { folders, elsewhere } = wantedModules(reader, specs);
  const { limits } = config;
  const vendored = await withPrivateFolder(async (folder) => {
    let packages: Packages | undefined;
    const fetch: FetchPackage = async (...asked) => {
      // Loaded when first needed: most templates take nothing from elsewhere.
      const { createPackages } = await import('./module-packages.ts');
      packages ??= createPackages({ config, folder, signal, notify });
      return packages.fetch(...asked);
    };
    try {
      return await vendorModules({ bundle: reader, folders, modules: elsewhere, fetch, limits });
    } finally {
      packages?.close();
    }
  });
  const { packages: modules, unavailable, leftOut } = vendored;
  if (leftOut.length > 0) notify({ kind: 'left-out', parts: leftOut });
  const added = filesToAdd(vendored);
  const checked = added.length === 0 ? check : await recheck(overlay(files, added));
  return { check: withProblems(checked, vendored.problems), modules, unavailable };
}

/** `with` of the template's own resources; nested templates brought theirs when they were published. */
export function specsOf({ resources }: Template): JsonObject[] {
  return resources
    .filter(({ executor, source }) => executor === terraformDefinition.kind && source === null)
    .map((resource) => resource.with);
}

/** In the place of those with the same path. */
export function overlay(files: readonly FolderFile[], others: readonly FolderFile[]): FolderFile[] {
  const replaced = new Set(others.map(({ path }) => path));
  return [...files.filter(({ path }) => !replaced.has(path)), ...others];
}

/** Rejects with the first reason; all of them stand in its detail. */
export function demandAvailable([first, ...others]: readonly BiotopeError[]): void {
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` ${others.length} more could not be had either.`;
  throw new BiotopeError(first.code, {
    message: `A module cannot be had, and nothing was published. ${first.message}${more}`,
    detail: [first, ...others].map(({ message, detail }) => detail ?? message).join('\n'),
    facts: first.facts,
    cause: first,
  });
}

function filesToAdd({ files, manifest }: VendoredModules): FolderFile[] {
  const isEmpty = [manifest.folders, manifest.refused].every(
    (members) => Object.keys(members).length === 0,
  );
  if (isEmpty) return files;
  const content = Buffer.from(manifestText(manifest));
  return [...files, { path: MANIFEST_FILE, executable: false, content }];
}

function withProblems(check: TemplateCheck, messages: readonly string[]): TemplateCheck {
  if (messages.length === 0) return check;
  const problems = messages.map((message) => fileProblem(TEMPLATE_FILE, message, null));
  return { ...check, template: null, bundle: null, problems: [...check.problems, ...problems] };
}
