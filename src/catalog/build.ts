import type { z } from 'zod';
import type { JsonObject } from '../model/json.ts';
import type { ReconcileSchedule } from '../model/schedule.ts';
import type { ActionTemplate, ResourceTemplate, Template } from '../model/template.ts';
import type { ActionInput, ResourceInput, templateSchema } from './document/schema.ts';
import { expandNested } from './expand.ts';
import type { Bundle } from './folder/bundle.ts';
import type { ReadNested } from './parts/nested.ts';
import type { ReadResource } from './parts/read-resource.ts';
import type { Surroundings } from './parts/surroundings.ts';
import { buildEndpoint } from './texts/endpoints.ts';

export interface TemplateParts {
  frame: z.output<typeof templateSchema>;
  parameters: JsonObject;
  resources: readonly ReadResource[];
  nested: readonly ReadNested[];
  needs: ReadonlyMap<string, string[]>;
  surroundings: Surroundings;
  bundle: Bundle;
}

/** From checked parts to the template that is stored and planned. */
export function buildTemplate(parts: TemplateParts): Template {
  const { name, version, description, tags } = parts.frame.metadata;
  return {
    name,
    version,
    description,
    tags,
    approval: approvalOf(parts),
    parameters: parts.parameters,
    ...expandNested(
      {
        resources: parts.resources.map((resource) => buildResource(resource, parts)),
        groups: parts.surroundings.groups,
      },
      parts.nested,
      parts.needs,
    ),
    actions: parts.surroundings.actions.map(buildAction),
    entrypoints: parts.surroundings.entrypoints,
    outputs: parts.surroundings.outputs,
    reconcile: buildSchedule(parts.frame.reconcile),
  };
}

/** What a nested template asks for holds for what it is part of. */
function approvalOf({ frame, nested }: TemplateParts): Template['approval'] {
  const all = [frame, ...nested.flatMap(({ found }) => found?.template ?? [])];
  return all.some(({ approval }) => approval === 'required') ? 'required' : null;
}

function buildResource(
  { input, spec, external }: ReadResource,
  { needs, bundle }: TemplateParts,
): ResourceTemplate {
  return {
    id: input.id,
    prefix: '',
    source: null,
    executor: input.executor,
    description: input.description,
    tags: input.tags,
    links: input.links,
    count: input.count ?? null,
    dependsOn: input.dependsOn,
    needs: needs.get(input.id) ?? [],
    with: input.with,
    statusEndpoints: input.statusEndpoints.flatMap(buildEndpoint),
    protect: input.protect,
    external,
    movedFrom: input.movedFrom,
    pool: input.pool,
    timeoutSeconds: input.timeoutSeconds ?? null,
    retry: buildRetry(input.retry),
    contentDigest: bundle.contentDigest(spec?.contentPaths ?? []),
    drift: input.drift ?? null,
  };
}

function buildAction({ name, description, app, ...terms }: ActionInput): ActionTemplate {
  return {
    name,
    description,
    app: { ...app, url: app.url ?? null },
    terms: {
      parameters: terms.parameters,
      secretOutputs: terms.secretOutputs,
      pool: terms.pool,
      timeoutSeconds: terms.timeoutSeconds ?? null,
      retry: buildRetry(terms.retry),
    },
  };
}

function buildSchedule(given: TemplateParts['frame']['reconcile']): ReconcileSchedule | null {
  if (given === undefined) return null;
  return { ...given, heal: given.heal ?? null };
}

function buildRetry(retry: ResourceInput['retry']): ResourceTemplate['retry'] {
  if (retry === undefined) return null;
  return {
    attemptsMax: retry.attemptsMax,
    initialDelayMs: Math.round(retry.initialDelaySeconds * 1000),
    delayMaxMs: Math.round(retry.delayMaxSeconds * 1000),
  };
}
