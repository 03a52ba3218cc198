import { isBiotopeError } from '../../model/errors.ts';
import { parseText } from '../../model/expression/text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { didYouMean } from '../../model/nearest.ts';
import { fillNested } from '../../model/parameters/nested.ts';
import { secretParameters } from '../../model/parameters.ts';
import type { Template, TemplateReference } from '../../model/template.ts';
import type { DocumentPath, TemplateDocument } from '../document/document.ts';
import type { NestedInput } from '../document/schema.ts';
import type { ResourceFacts } from '../texts/facts.ts';
import { checkTexts, type TextCheck } from '../texts/texts.ts';

/** A published template, as it is found by `name`, `name@1.2.0` or `name@^1.2`. */
export interface FoundTemplate {
  reference: TemplateReference;
  template: Template;
}

/** Rejects with TEMPLATE_NOT_FOUND. */
export type FindTemplate = (selector: string) => Promise<FoundTemplate>;

/** A resource that is made by another template. */
export interface ReadNested {
  input: NestedInput;
  path: DocumentPath;
  /** Undefined where there is none: that is told already. */
  found: FoundTemplate | undefined;
}

export async function readNested(
  input: NestedInput,
  path: DocumentPath,
  { document, find }: { document: TemplateDocument; find: FindTemplate },
): Promise<ReadNested> {
  const place = [...path, 'template'];
  try {
    const found = await find(input.template);
    const own = nameOf(document);
    const { reference, template } = found;
    const names = [reference.name, ...template.nested.map((one) => one.template.name)];
    if (own === undefined || !names.includes(own)) return { input, path, found };
    const way = reference.name === own ? '' : `, through ${JSON.stringify(reference.name)}`;
    const message = `the template ${JSON.stringify(own)} would be made of itself${way}`;
    const suggestion = 'Take this resource out, or give what both need a template of its own.';
    document.report({ path: place, message, suggestion });
  } catch (error) {
    if (!isBiotopeError(error, 'TEMPLATE_NOT_FOUND')) throw error;
    // A part of a problem's line, where the sentence stands alone elsewhere.
    const message = error.what.replace(/^./, (first) => first.toLowerCase()).replace(/\.$/, '');
    document.report({ path: place, message, suggestion: error.remedy ?? null });
  }
  return { input, path, found: undefined };
}

function nameOf(document: TemplateDocument): string | undefined {
  const metadata = document.valueAt('metadata');
  const name = isJsonObject(metadata) ? metadata.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

export function nestedFacts({ found }: ReadNested): ResourceFacts {
  if (found === undefined) return { count: 'none', outputs: null };
  const outputs = found.template.outputs.map(({ name, secret }) => ({ name, secret }));
  return { count: 'none', outputs };
}

/** Checks what a nested template is given. Returns the ids of the resources this refers to. */
export function checkNested({ input, path, found }: ReadNested, check: TextCheck): Set<string> {
  const place = [...path, 'parameters'];
  const template = found?.template;
  const secrets = new Set(template === undefined ? [] : secretParameters(template));
  if (template !== undefined) checkValues(input.parameters, place, template, check);
  const atPlan = template === undefined ? new Set<string>() : earlyParameters(template);
  return new Set(
    Object.entries(input.parameters).flatMap(([name, value]) => {
      const isKnownEarly = atPlan.has(name);
      const rules = {
        owner: input.id,
        self: 'none',
        noResources: isKnownEarly
          ? `it decides a count or protection inside ${input.id}, which must be known when planning`
          : null,
        refuseSecret: () =>
          template === undefined || secrets.has(name)
            ? null
            : `the parameter ${name} of ${template.name} takes none: it is not writeOnly there`,
      } as const;
      return [...checkTexts(value, [...place, name], rules, check)];
    }),
  );
}

function checkValues(
  given: JsonObject,
  place: DocumentPath,
  template: Template,
  { document }: TextCheck,
): void {
  const declared = isJsonObject(template.parameters.properties)
    ? Object.keys(template.parameters.properties)
    : [];
  for (const name of Object.keys(given).filter((one) => !declared.includes(one))) {
    const message = `${template.name}@${template.version} has no parameter ${JSON.stringify(name)}`;
    const known = declared.length === 0 ? 'It has none.' : `It has ${declared.join(', ')}.`;
    const suggestion = didYouMean(name, declared) ?? known;
    document.report({ path: [...place, name], atKey: true, message, suggestion });
  }
  const later = Object.keys(given).filter((name) => isOpen(given[name] ?? null));
  const plain = Object.fromEntries(Object.entries(given).filter(([name]) => !later.includes(name)));
  const { problems } = fillNested(template.parameters, plain, later);
  for (const { parameter, expected, given: shown, suggestion } of problems) {
    const name = parameter.split('.')[0] ?? '';
    const label = `${template.name}@${template.version}`;
    const finding =
      shown === 'nothing'
        ? {
            message: `${label} needs the parameter ${JSON.stringify(parameter)}`,
            suggestion: 'Give it under parameters.',
          }
        : {
            message: `the parameter ${parameter} of ${label} must be ${expected}, not ${shown}`,
            suggestion,
          };
    document.report({ path: [...place, name], ...finding });
  }
  for (const name of secretParameters(template)) {
    if (typeof plain[name] !== 'string') continue;
    const message = `the parameter ${name} is secret, and here everybody who reads the template knows it`;
    const suggestion = 'Pass on a secret: a writeOnly parameter, or an output of vault-secret.';
    document.report({ path: [...place, name], message, suggestion });
  }
}

function isOpen(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isOpen);
}

/** Parameters that counts and protection inside are made of, also deeper inside. */
function earlyParameters({ resources, nested }: Template): Set<string> {
  const byPrefix = new Map<string, Set<string>>();
  const needed = (prefix: string) => byPrefix.get(prefix) ?? new Set<string>();
  for (const { prefix, count, protect } of resources) {
    byPrefix.set(prefix, needed(prefix).union(parametersIn([count, protect])));
  }
  for (const { prefix, parent, parameters } of nested.toReversed()) {
    for (const name of needed(prefix)) {
      byPrefix.set(parent, needed(parent).union(parametersIn(parameters[name] ?? null)));
    }
  }
  return needed('');
}

function parametersIn(value: JsonValue): Set<string> {
  if (typeof value === 'object' && value !== null) {
    return new Set(Object.values(value).flatMap((member) => [...parametersIn(member)]));
  }
  if (typeof value !== 'string') return new Set();
  return new Set(
    parseText(value).pieces.flatMap((piece) =>
      piece.kind === 'expression'
        ? piece.expression.analysis.references.flatMap((reference) =>
            reference.kind === 'parameter' && reference.name !== null ? [reference.name] : [],
          )
        : [],
    ),
  );
}
