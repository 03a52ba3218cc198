import type { ExecutorDefinition, SpecCheck } from '../../executors/executor.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { didYouMean, nearest } from '../../model/nearest.ts';
import { messageOf } from '../../model/thrown.ts';
import type { DocumentPath, Finding, TemplateDocument } from '../document/document.ts';
import {
  externalSchema,
  nestedSchema,
  type ResourceInput,
  resourceSchema,
  salvagedNestedSchema,
  salvagedResourceSchema,
} from '../document/schema.ts';
import { checkShape } from '../document/shape.ts';
import type { Bundle } from '../folder/bundle.ts';
import type { ResourceFacts } from '../texts/facts.ts';
import { checkDrift } from './drift.ts';
import { EXTERNAL, readExternal } from './external.ts';
import { type FindTemplate, nestedFacts, type ReadNested, readNested } from './nested.ts';
import type { ReadResource } from './read-resource.ts';

export interface ReadResources {
  resources: ReadResource[];
  nested: ReadNested[];
  /** Every id that the document declares, faulty resources included, so that nobody misses them. */
  facts: Map<string, ResourceFacts>;
}

export interface ResourceReading {
  document: TemplateDocument;
  bundle: Bundle;
  definitions: ReadonlyMap<string, ExecutorDefinition>;
  limits: Limits;
  findTemplate: FindTemplate;
}

/** Undefined where there are too many: then nothing else is worth looking at. */
export async function readResources(reading: ResourceReading): Promise<ReadResources | undefined> {
  const { document, limits } = reading;
  const resources: ReadResource[] = [];
  const nested: ReadNested[] = [];
  const facts = new Map<string, ResourceFacts>();
  const listed = document.listAt('resources');
  if (listed.length > limits.resourcesPerEnvironmentMax) {
    const message = `more than ${limits.resourcesPerEnvironmentMax} resources (limits.resourcesPerEnvironmentMax)`;
    document.report({ path: ['resources'], message, suggestion: null });
    return undefined;
  }
  let total = 0;
  for (const [at, value] of listed.entries()) {
    const path = ['resources', at];
    const read = await readOne(value, path, reading);
    if (read !== undefined && 'found' in read) nested.push(read);
    else if (read !== undefined) resources.push(read);
    // Before anything is made of it: nested templates multiply.
    total +=
      read !== undefined && 'found' in read ? (read.found?.template.resources.length ?? 1) : 1;
    if (total > limits.resourcesPerEnvironmentMax) {
      const message = `with nested templates there are more than ${limits.resourcesPerEnvironmentMax} resources (limits.resourcesPerEnvironmentMax)`;
      document.report({ path, message, suggestion: null });
      return undefined;
    }
    addFacts(facts, value, read, () => {
      const message = 'this id stands twice';
      const suggestion = 'Ids are unique in a template.';
      document.report({ path: [...path, 'id'], message, suggestion });
    });
  }
  return { resources, nested, facts };
}

const MAKERS = ['executor', 'template', 'external'] as const;

/** What makes it tells which other names it may have. */
async function readOne(
  value: JsonValue,
  path: DocumentPath,
  reading: ResourceReading,
): Promise<ReadResource | ReadNested | undefined> {
  const { document, findTemplate } = reading;
  const named = makersIn(value);
  if (named.length > 1) {
    const message = `a resource has one of ${MAKERS.join(', ')}, not ${named.join(' and ')}`;
    document.report({ path: [...path, named[1] ?? ''], atKey: true, message, suggestion: null });
    return undefined;
  }
  if (named[0] === 'template') {
    const { data, findings } = checkShape(nestedSchema, value, path);
    findings.forEach(document.report);
    const input = data ?? salvagedNestedSchema.safeParse(withoutFaulty(value, findings)).data;
    if (input === undefined) return undefined;
    checkSize(input.parameters, [...path, 'parameters'], reading);
    return readNested(input, path, { document, find: findTemplate });
  }
  if (named[0] === 'external') {
    const { data, findings } = checkShape(externalSchema, value, path);
    findings.forEach(document.report);
    if (data === undefined) return undefined;
    checkSize(data.outputs, [...path, 'outputs'], reading);
    return readExternal(data, path);
  }
  const { data, findings } = checkShape(resourceSchema, value, path);
  findings.forEach(document.report);
  const input = data ?? salvage(value, findings);
  return input === undefined ? undefined : readResource(input, path, reading);
}

/** A mistyped one counts too: it tells what was meant. */
function makersIn(value: JsonValue): (typeof MAKERS)[number][] {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  const named = MAKERS.filter((maker) => keys.includes(maker));
  if (named.length > 0) return named;
  const meant = keys.map((key) => nearest(key, MAKERS)).find((maker) => maker !== undefined);
  return MAKERS.filter((maker) => maker === meant);
}

function addFacts(
  facts: Map<string, ResourceFacts>,
  written: JsonValue,
  read: ReadResource | ReadNested | undefined,
  onRepeated: () => void,
): void {
  const id = isJsonObject(written) ? written.id : undefined;
  if (typeof id !== 'string') return;
  if (facts.has(id)) onRepeated();
  else if (read === undefined) facts.set(id, NOTHING_KNOWN);
  else facts.set(id, 'found' in read ? nestedFacts(read) : factsOf(read));
}

const NOTHING_KNOWN: ResourceFacts = { count: 'unknown', outputs: null };

/** A faulty resource without its faulty members, so that its other faults are told as well. */
function salvage(value: JsonValue, findings: readonly Finding[]): ResourceInput | undefined {
  return salvagedResourceSchema.safeParse(withoutFaulty(value, findings)).data;
}

function withoutFaulty(value: JsonValue, findings: readonly Finding[]): JsonObject {
  if (!isJsonObject(value)) return {};
  const faulty = new Set(findings.map(({ path }) => path[2]));
  // An executor would miss what was taken out.
  if (faulty.has('with')) faulty.add('executor');
  const rest = Object.entries(value).filter(([key]) => key === 'id' || !faulty.has(key));
  return Object.fromEntries(rest);
}

async function readResource(
  input: ResourceInput,
  path: DocumentPath,
  reading: ResourceReading,
): Promise<ReadResource> {
  checkLimits(input, path, reading);
  checkSize(input.with, [...path, 'with'], reading);
  const isOpen = input.executor !== EXTERNAL;
  const definition = isOpen ? reading.definitions.get(input.executor) : undefined;
  const base = { input, path, definition, external: null };
  if (definition === undefined && input.executor === '') return { ...base, spec: undefined };
  if (definition === undefined) {
    const kinds = [...reading.definitions.keys()].filter((kind) => kind !== EXTERNAL);
    const other = isOpen ? null : 'Write external: NAME in place of the executor.';
    reading.document.report({
      path: [...path, 'executor'],
      message: `there is no executor ${JSON.stringify(input.executor)}`,
      suggestion: other ?? didYouMean(input.executor, kinds) ?? `There are ${kinds.join(', ')}.`,
    });
    return { ...base, spec: undefined };
  }
  checkDrift(definition, input, { document: reading.document, path });
  return { ...base, spec: await checkSpec(definition, { input, path }, reading) };
}

function checkLimits(
  input: ResourceInput,
  path: DocumentPath,
  { document, limits }: ResourceReading,
) {
  const { count } = input;
  if (typeof count === 'number' && count > limits.resourcesPerEnvironmentMax) {
    const message = `a count of ${count} is more than ${limits.resourcesPerEnvironmentMax} (limits.resourcesPerEnvironmentMax)`;
    document.report({ path: [...path, 'count'], message, suggestion: null });
  }
}

function checkSize(
  value: JsonObject,
  path: DocumentPath,
  { document, limits }: ResourceReading,
): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= limits.specBytesMax) return;
  const message = `${JSON.stringify(path.at(-1))} is larger than ${limits.specBytesMax} bytes (limits.specBytesMax)`;
  document.report({ path, message, suggestion: 'Put large content into files.' });
}

async function checkSpec(
  definition: ExecutorDefinition,
  { input, path }: { input: ResourceInput; path: DocumentPath },
  { document, bundle }: ResourceReading,
): Promise<SpecCheck | undefined> {
  try {
    const spec = await definition.check(input.with, bundle.reader);
    for (const problem of spec.problems) {
      document.report({ ...problem, path: [...path, 'with', ...problem.path] });
    }
    return spec;
  } catch (error) {
    const reason = messageOf(error);
    const message = `the executor ${definition.kind} cannot check this: ${reason}`;
    document.report({ path: [...path, 'with'], message, suggestion: null });
    return undefined;
  }
}

function factsOf({ input, spec }: ReadResource): ResourceFacts {
  const { count } = input;
  return {
    count: count === undefined ? 'none' : typeof count === 'number' ? count : 'later',
    outputs: spec === undefined || spec.problems.length > 0 ? null : spec.outputs,
  };
}
