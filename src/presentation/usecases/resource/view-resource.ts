import { addressOf } from '../../../model/address.ts';
import { RESOURCES_PER_ENVIRONMENT_CEILING } from '../../../model/limits.ts';
import { type ResourceRecord, resourceKey } from '../../../model/resource.ts';
import { stepKey } from '../../../model/step.ts';
import { templateKey } from '../../../model/template.ts';
import { findResource } from '../../../queries/find-resource.ts';
import { runsOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import {
  type PastStep,
  type ResourceView,
  resourcePage,
  resourceViewDocument,
} from '../../pages/resources.ts';
import type { Answer } from '../../session.ts';

const STEPS_SHOWN_MAX = 5;

/** `reference`: `demo/web` or `demo/web[0]`. */
export async function viewResource(store: Store, reference: string): Promise<Answer> {
  const view = await aroundResource(store, await findResource(store, reference));
  return {
    lines: (palette) => resourcePage(view, palette),
    document: resourceViewDocument(view),
  };
}

async function aroundResource(store: Store, resource: ResourceRecord): Promise<ResourceView> {
  const key = resourceKey(resource.environment, resource.address);
  const neighbours = async (direction: 'dependencies' | 'dependents') => {
    // Neighbours are of its own environment: these are all.
    const query = { key, direction, depthMax: 1, limit: RESOURCES_PER_ENVIRONMENT_CEILING };
    const { nodes } = await store.closure(query);
    const found = await Promise.all(nodes.map((node) => store.get('resources', node.key)));
    return found.flatMap((stored) => stored?.value ?? []);
  };
  return {
    resource,
    needs: await neighbours('dependencies'),
    neededBy: await neighbours('dependents'),
    steps: await lastSteps(store, resource, STEPS_SHOWN_MAX),
  };
}

const RUNS_LOOKED_AT_MAX = 100;

/** Its own, and those that it had before its template gave it another id. */
async function addressesOf(store: Store, resource: ResourceRecord): Promise<string[]> {
  const { address, identity, id, index, template } = resource;
  const record = await store.get('templates', templateKey(template));
  const declared = record?.value.template.resources.find((one) => one.id === id);
  const former = (declared?.movedFrom ?? []).map((before) => addressOf(before, index));
  return [...new Set([address, ...former, identity])];
}

/** Newest first. Runs that left the resource alone have no step for it. */
async function lastSteps(
  store: Store,
  resource: ResourceRecord,
  limit: number,
): Promise<PastStep[]> {
  const { environment, identity } = resource;
  const addresses = await addressesOf(store, resource);
  const steps: PastStep[] = [];
  for (const run of await runsOf(store, { environment, limit: RUNS_LOOKED_AT_MAX })) {
    const found = await Promise.all(
      addresses.map((address) => store.get('steps', stepKey(run.id, address))),
    );
    const own = found.find((stored) => stored?.value.identity === identity);
    if (own !== undefined) steps.push({ run, step: own.value });
    if (steps.length === limit) break;
  }
  return steps;
}
