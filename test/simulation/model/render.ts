import type { JsonObject } from '../../../src/model/json.ts';
import type {
  NestedTemplate,
  ResourceGroup,
  ResourceTemplate,
  StatusEndpoint,
  Template,
} from '../../../src/model/template.ts';
import { resource, template } from '../../support/templates.ts';
import { type Blueprint, DEFAULTS, externalStamp, nameOf, type Part } from './blueprint.ts';
import { ACTION } from './line.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    text: { type: 'string', default: DEFAULTS.text },
    copies: { type: 'integer', minimum: 0, default: DEFAULTS.copies },
    guard: { type: 'boolean', default: DEFAULTS.guard },
    password: { type: 'string', writeOnly: true },
  },
};

const NESTED = { name: 'inner', version: '1.0.0', digest: 'sha256:inner@1.0.0' };

/** The one that is nested, published before those that use it: its resources' files lie in its bundle. */
export const NESTED_TEMPLATE: Template = template(NESTED.version, [], { name: NESTED.name });

/** The template that says what the blueprint says. */
export function render(blueprint: Blueprint): Template {
  const { version, parts } = blueprint;
  const inside = parts.filter(({ prefix }) => prefix === 'sub');
  return template(
    version,
    parts.map((part) => renderPart(part, blueprint)),
    {
      parameters: SCHEMA,
      nested: inside.length === 0 ? [] : [renderNested(inside)],
      actions: [
        { name: ACTION, description: '', app: { name: ACTION, url: null, command: ['./x'] } },
      ],
      groups: parts.filter(({ count }) => count !== null).map(groupOf),
      outputs: shownParts(blueprint).map((part) => ({
        name: part.id,
        description: '',
        value: `\${resources.${part.id}.outputs.stamp}`,
        secret: false,
      })),
    },
  );
}

/** Those whose stamps are outputs of the environment. */
function shownParts({ parts }: Blueprint): Part[] {
  return parts.filter(({ prefix, count }) => prefix === '' && count === null);
}

function renderPart(part: Part, blueprint: Blueprint): ResourceTemplate {
  const { id, prefix, needs, movedFrom, kind } = part;
  const isExternal = kind === 'external';
  return resource(id, {
    prefix,
    source: prefix === '' ? null : NESTED,
    executor: kind,
    external: isExternal ? nameOf(part) : null,
    count: part.count === 'copies' ? '${parameters.copies}' : part.count,
    needs,
    with: isExternal ? externalSpec(part) : specTexts(part, blueprint),
    protect: part.protect === 'guard' ? '${parameters.guard}' : part.protect,
    movedFrom,
    drift: part.isKept ? { ignore: [], heal: true } : null,
    statusEndpoints: part.isAsked ? [endpointOf(part)] : [],
  });
}

function externalSpec(part: Part): JsonObject {
  return { name: nameOf(part), outputs: { stamp: externalStamp(part) }, endpoints: [] };
}

function specTexts(part: Part, { parts }: Blueprint): JsonObject {
  const reads: JsonObject = {};
  for (const source of parts) {
    if (part.reads.includes(source.id)) reads[nameOf(source)] = readingOf(part, source);
  }
  const text = part.usesText ? { text: `\${parameters.${textNameOf(part)}}` } : {};
  return { size: part.size, ...text, reads };
}

const textNameOf = ({ prefix }: Part) => (prefix === '' ? 'text' : 'given');

function readingOf(reader: Part, source: Part): string {
  const name = nameOf(source);
  if (reader.prefix !== source.prefix) return `\${resources.${source.prefix}.outputs.${name}}`;
  if (source.count === null) return `\${resources.${name}.outputs.stamp}`;
  return `\${groups.${name}.map(r, r.outputs.stamp)}`;
}

function groupOf({ id }: Part): ResourceGroup {
  return { name: id, description: '', tags: [], resources: [id] };
}

function renderNested(inside: readonly Part[]): NestedTemplate {
  return {
    prefix: 'sub',
    parent: '',
    template: NESTED,
    schema: { type: 'object', properties: { given: { type: 'string' } } },
    parameters: { given: '${parameters.text}' },
    outputs: inside
      .filter(({ count }) => count === null)
      .map((part) => ({
        name: nameOf(part),
        description: '',
        value: `\${resources.${nameOf(part)}.outputs.stamp}`,
        secret: false,
      })),
  };
}

function endpointOf(part: Part): StatusEndpoint {
  return {
    kind: 'http',
    target: `http://${nameOf(part)}.test/health`,
    expectStatus: [],
    timeoutSeconds: 20,
    intervalSeconds: 5,
  };
}
