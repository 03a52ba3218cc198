import { posix } from 'node:path';
import type { z } from 'zod';
import { holdsExpression } from '../../model/expression/text.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { didYouMean } from '../../model/nearest.ts';
import { checkParameterSchema } from '../../model/parameters/schema.ts';
import type { EntrypointTemplate, OutputTemplate } from '../../model/template.ts';
import type { DocumentPath, TemplateDocument } from '../document/document.ts';
import type { Problem } from '../document/problem.ts';
import {
  type ActionInput,
  actionSchema,
  entrypointSchema,
  type GroupInput,
  groupSchema,
  outputNameSchema,
  outputSchema,
} from '../document/schema.ts';
import { checkShape } from '../document/shape.ts';
import type { Bundle } from '../folder/bundle.ts';
import { urlProblem } from '../texts/endpoints.ts';
import { unknownResource } from '../texts/references.ts';
import { checkTexts, holdsSecret, type TextCheck } from '../texts/texts.ts';

/** What stands round the resources of a template, checked. */
export interface Surroundings {
  groups: GroupInput[];
  actions: ActionInput[];
  entrypoints: EntrypointTemplate[];
  outputs: OutputTemplate[];
}

const OUTSIDE = { owner: null, noResources: null, self: 'none' } as const;

export function checkSurroundings(bundle: Bundle, check: TextCheck): Surroundings {
  const { document } = check;
  const groups = named(document, 'groups', groupSchema);
  const actions = named(document, 'actions', actionSchema);
  const entrypoints = named(document, 'entrypoints', entrypointSchema);
  for (const { item, path } of groups) checkGroup(item, path, check);
  for (const { item, path } of actions) checkAction(item, path, bundle, document);
  for (const { item, path } of entrypoints) {
    const problem = urlProblem(item.url, /^[a-z][a-z0-9+.-]*:\/\//i, {
      message: 'an entrypoint is an absolute URL',
      suggestion:
        'Write for example "https://shop.example.org/" or "${resources.web.outputs.url}".',
    });
    if (problem !== null) document.report({ path: [...path, 'url'], ...problem });
    const rules = { ...OUTSIDE, refuseSecret: () => 'an entrypoint is shown to everybody' };
    checkTexts(item.url, [...path, 'url'], rules, check);
  }
  return {
    groups: groups.map(({ item }) => item),
    actions: actions.map(({ item }) => item),
    entrypoints: entrypoints.map(({ item }) => item),
    outputs: checkOutputs(check),
  };
}

/** Members by the name of the group, before anything about groups is checked. */
export function declaredGroups(document: TemplateDocument): Map<string, string[]> {
  return new Map(
    document.listAt('groups').flatMap((group): [string, string[]][] => {
      if (!isJsonObject(group) || typeof group.name !== 'string') return [];
      const members = Array.isArray(group.resources) ? group.resources : [];
      return [[group.name, members.filter((member) => typeof member === 'string')]];
    }),
  );
}

interface Placed<T> {
  item: T;
  path: DocumentPath;
}

/** The entries of a list whose shape is right; a name that stands twice is told. */
function named<S extends z.ZodType<{ name: string }>>(
  document: TemplateDocument,
  list: string,
  schema: S,
): Placed<z.output<S>>[] {
  const names = new Set<string>();
  return document.listAt(list).flatMap((value, at) => {
    const path = [list, at];
    const { data, findings } = checkShape(schema, value, path);
    findings.forEach(document.report);
    if (data === undefined) return [];
    if (names.has(data.name)) {
      const message = `the name ${JSON.stringify(data.name)} stands twice in ${list}`;
      document.report({ path: [...path, 'name'], message, suggestion: null });
    }
    names.add(data.name);
    return [{ item: data, path }];
  });
}

function checkGroup(group: GroupInput, path: DocumentPath, { document, facts }: TextCheck): void {
  for (const [at, id] of group.resources.entries()) {
    if (facts.resources.has(id)) continue;
    const verdict = unknownResource(id, facts.resources.keys());
    document.report({ path: [...path, 'resources', at], ...verdict });
  }
}

function checkAction(
  action: ActionInput,
  path: DocumentPath,
  { reader }: Bundle,
  document: TemplateDocument,
): void {
  const { command } = action.app;
  const place = [...path, 'app', 'command'];
  for (const [at, word] of command.entries()) {
    if (!holdsExpression(word)) continue;
    const message = 'the command of an action is taken as it is, without ${…}';
    const suggestion = 'Read arguments, parameters and outputs from standard input, as JSON.';
    document.report({ path: [...place, at], message, suggestion });
  }
  const problem = programProblem(command[0] ?? '', reader);
  if (problem !== null) document.report({ path: [...place, 0], ...problem });
  for (const problem of checkParameterSchema(action.parameters)) {
    document.report({ ...problem, path: [...path, 'parameters', ...problem.path] });
  }
}

type Told = Pick<Problem, 'message' | 'suggestion'>;

function programProblem(program: string, reader: Bundle['reader']): Told | null {
  if (!program.startsWith('./')) {
    if (program !== '' && !program.includes('/')) return null;
    const message = 'the program is a file of the template, or is looked for on the PATH';
    return { message, suggestion: 'Write for example "./app/rotate".' };
  }
  const file = posix.normalize(program);
  if (!reader.paths.includes(file)) {
    const message = `there is no file ${JSON.stringify(program)} in the template's folder`;
    return {
      message,
      suggestion: didYouMean(
        program,
        reader.paths.map((each) => `./${each}`),
      ),
    };
  }
  if (reader.isExecutable?.(file) !== false) return null;
  const message = `the file ${program} is not executable`;
  return { message, suggestion: 'Run chmod +x on it (git update-index --chmod=+x).' };
}

/** `url: "${…}"`, or with a description `url: { value: "${…}", description: … }`. */
function checkOutputs(check: TextCheck): OutputTemplate[] {
  const { document } = check;
  const outputs = document.valueAt('outputs');
  if (!isJsonObject(outputs)) return [];
  return Object.entries(outputs).map(([name, written]) => {
    const path = ['outputs', name];
    const shape = checkShape(outputNameSchema, name, path);
    for (const finding of shape.findings) document.report({ ...finding, atKey: true });
    const { value, description } = readOutput(written, path, document);
    const rules = { ...OUTSIDE, refuseSecret: () => null };
    checkTexts(value, isJsonObject(written) ? [...path, 'value'] : path, rules, check);
    return { name, description, value, secret: holdsSecret(value, check.facts) };
  });
}

function readOutput(
  written: JsonValue,
  path: DocumentPath,
  document: TemplateDocument,
): { value: JsonValue; description: string } {
  if (!isJsonObject(written)) return { value: written, description: '' };
  const { data, findings } = checkShape(outputSchema, written, path);
  if (Object.hasOwn(written, 'value')) findings.forEach(document.report);
  else {
    const suggestion =
      'Write { value: …, description: … }; an object as value stands under "value".';
    const message = 'an output is a value, or an object with "value" and "description"';
    document.report({ path, message, suggestion });
  }
  return { value: data?.value ?? null, description: data?.description ?? '' };
}
