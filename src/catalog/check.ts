import type { ExecutorDefinition } from '../executors/executor.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { Limits } from '../model/limits.ts';
import { checkParameterSchema } from '../model/parameters/schema.ts';
import { secretParameters } from '../model/parameters.ts';
import type { BundleRecord, Template } from '../model/template.ts';
import { buildTemplate } from './build.ts';
import { readDocument, type TemplateDocument } from './document/document.ts';
import { fileProblem, type Problem, sortProblems, TEMPLATE_FILE } from './document/problem.ts';
import { templateSchema } from './document/schema.ts';
import { checkShape } from './document/shape.ts';
import { type Bundle, createBundle } from './folder/bundle.ts';
import { collisionProblems } from './folder/collisions.ts';
import { type FolderContent, type FolderFile, readTemplateFolder } from './folder/folder.ts';
import { checkNeeds } from './needs.ts';
import type { FindTemplate } from './parts/nested.ts';
import { readResources } from './parts/resources.ts';
import { checkSurroundings, declaredGroups } from './parts/surroundings.ts';

export interface TemplateCheck {
  /** Null where there are problems. */
  template: Template | null;
  bundle: BundleRecord | null;
  /** In the order of files, lines and columns. */
  problems: Problem[];
  /** Text of the files that problems point into, for showing their lines. */
  sources: Record<string, string>;
}

export interface TemplateChecking {
  definitions: ReadonlyMap<string, ExecutorDefinition>;
  limits: Limits;
  /** Where nested templates are looked for. */
  findTemplate: FindTemplate;
}

/**
 * Checks everything about a template that can be known before a run and tells all of it at once.
 * Rejects with TEMPLATE_NOT_FOUND where there is no such folder; what is wrong inside is a problem.
 */
export async function checkTemplateFolder({
  folder,
  ...checking
}: TemplateChecking & { folder: string }): Promise<TemplateCheck> {
  return checkTemplate(await readTemplateFolder(folder, checking.limits), checking);
}

/** The same of files that are at hand. */
export function checkTemplateFiles(
  files: readonly FolderFile[],
  checking: TemplateChecking,
): Promise<TemplateCheck> {
  const problems = collisionProblems(files.map(({ path }) => path));
  return checkTemplate({ files: [...files], problems }, checking);
}

async function checkTemplate(
  { files, problems }: FolderContent,
  checking: TemplateChecking,
): Promise<TemplateCheck> {
  const file = files.find(({ path }) => path === TEMPLATE_FILE);
  if (file === undefined) {
    const other = files.find(({ path }) => /^[\w-]*templ[\w-]*\.ya?ml$/i.test(path));
    const suggestion = other === undefined ? null : `Rename ${other.path} to ${TEMPLATE_FILE}.`;
    const missing = fileProblem(TEMPLATE_FILE, 'the folder holds no template.yaml', suggestion);
    const isUnread = problems.some(({ file: path }) => path === TEMPLATE_FILE || path === '.');
    const all = isUnread ? problems : [...problems, missing];
    return { template: null, bundle: null, problems: sortProblems(all), sources: {} };
  }
  const document = readDocument(file.content, checking.limits);
  const bundle = createBundle(files);
  const template =
    document.content === null ? null : await checkDocument(document, bundle, checking);
  const all = sortProblems([...problems, ...document.problems]);
  const isGood = all.length === 0 && template !== null;
  return {
    template: isGood ? template : null,
    bundle: isGood ? bundle.record : null,
    problems: all,
    sources: { [TEMPLATE_FILE]: document.text },
  };
}

async function checkDocument(
  document: TemplateDocument,
  bundle: Bundle,
  { definitions, limits, findTemplate }: TemplateChecking,
): Promise<Template | null> {
  const { content } = document;
  if (content === null) return null;
  const frame = checkShape(templateSchema, content, []);
  frame.findings.forEach(document.report);
  const parameters = parametersOf(document);
  for (const problem of checkParameterSchema(parameters)) {
    document.report({ ...problem, path: ['parameters', ...problem.path] });
  }
  const reading = { document, bundle, definitions, limits, findTemplate };
  const read = await readResources(reading);
  if (read === undefined) return null;
  const { resources, nested, facts } = read;
  const check = {
    document,
    facts: {
      resources: facts,
      groups: declaredGroups(document),
      parameters: new Map(
        isJsonObject(parameters.properties) ? Object.entries(parameters.properties) : [],
      ),
      secretParameters: new Set(secretParameters({ parameters })),
    },
    expressionCharactersMax: limits.expressionCharactersMax,
  };
  const needs = checkNeeds({ resources, nested }, check);
  const surroundings = checkSurroundings(bundle, check);
  if (frame.data === undefined || document.problems.length > 0) return null;
  const parts = { parameters, resources, nested, needs, surroundings, bundle };
  return withinLimits(buildTemplate({ frame: frame.data, ...parts }), document, limits);
}

function withinLimits(
  template: Template,
  document: TemplateDocument,
  { nestingLevelsMax }: Limits,
): Template | null {
  const levels = Math.max(0, ...template.nested.map(({ prefix }) => prefix.split('/').length));
  if (levels <= nestingLevelsMax) return template;
  const message = `templates are nested ${levels} deep, more than ${nestingLevelsMax} (limits.nestingLevelsMax)`;
  document.report({ path: ['resources'], message, suggestion: null });
  return null;
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

function parametersOf(document: TemplateDocument): JsonObject {
  const parameters = document.valueAt('parameters');
  return isJsonObject(parameters) ? parameters : NO_PARAMETERS;
}
