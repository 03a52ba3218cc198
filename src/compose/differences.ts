import { rm } from 'node:fs/promises';
import { priorOf } from '../engine/attempt/grant.ts';
import { findBundle } from '../engine/find-bundle.ts';
import { isRecorded } from '../engine/is-recorded.ts';
import type { Plan, PlannedResource } from '../engine/planner/plan.ts';
import type { Executor } from '../executors/executor.ts';
import { isUntaken, resourceKey } from '../model/resource.ts';
import { systemIds } from '../platform/ids.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Store } from '../store/store.ts';
import { createLook, type Difference, type Looked } from '../worker/look.ts';
import { makeLookFolder } from '../worker/work-folders.ts';
import { openConsul } from './consul.ts';
import { prepareDataFolder } from './data-folder.ts';
import { createExecutors } from './executors.ts';
import type { PlanGround } from './plans/ground.ts';
import { openChildTokens, openVault } from './vault.ts';

export interface DifferenceTerms {
  /** Those of the data folder, or as they would be. */
  secrets: Secrets;
  signal: AbortSignal;
  /** Which resources are asked for; what is left alone never is. */
  isAsked?(resource: PlannedResource): boolean;
  /** Which resource is being looked at. */
  onProgress(label: string): void;
}

/** Asks the executor of each resource of a plan that is not left alone. Changes nothing. */
export async function planDifferences(
  ground: PlanGround,
  plan: Plan,
  { secrets, signal, isAsked = () => true, onProgress }: DifferenceTerms,
): Promise<Map<string, Difference>> {
  const { config, paths, log, storeWithShipped: store } = ground;
  // Executors keep and prepare things there while they look.
  prepareDataFolder(paths);
  const consul = await openConsul({ config, log });
  const vault =
    config.vault.childTokens.policies.length > 0 ? await openVault({ config, log }) : undefined;
  const maker = await openChildTokens({ config, log }, vault);
  const { executors, keyvalue } = createExecutors({ config, paths, secrets, consul, maker });
  const workFolder = await makeLookFolder(paths.folder);
  const look = createLook({
    secrets,
    bundles: {
      folder: paths.bundles,
      fetch: (digest) => findBundle(store, digest),
      limits: config.limits,
    },
    workFolder,
    ids: systemIds,
    signal,
  });
  const found = new Map<string, Difference>();
  try {
    for (const resource of plan.resources) {
      if (resource.action === 'leave' || !isAsked(resource)) continue;
      signal.throwIfAborted();
      onProgress(resource.label);
      const looked = await lookedAt(resource, { plan, executors, store });
      found.set(resource.address, 'executor' in looked ? await look(looked) : looked.said);
    }
  } finally {
    await keyvalue.close();
    consul?.close();
    await vault?.close();
    await rm(workFolder, { recursive: true, force: true });
  }
  return found;
}

interface Known {
  plan: Plan;
  executors: ReadonlyMap<string, Executor>;
  store: Store;
}

/** What to look at, or what can be said without looking. */
async function lookedAt(
  resource: PlannedResource,
  { plan, executors, store }: Known,
): Promise<Looked | { said: Difference }> {
  const { label, action, address, identity, spec, recorded } = resource;
  if (action === 'remove') return { said: removalOf(resource) };
  if (action === 'rotate') return { said: [{ subject: label, action: 'update', lines: [ANEW] }] };
  // Its inputs come out of resources that are not made yet: the reason says which.
  if (spec === null) return { said: { message: resource.reason } };
  const executor = executors.get(resource.executor);
  if (executor === undefined) {
    return { said: { message: `there is no executor ${resource.executor} here` } };
  }
  const { adopt } = resource;
  return {
    executor,
    adoption:
      adopt === null ? undefined : { how: adopt, isRecorded: (owner) => isRecorded(store, owner) },
    environment: plan.environment,
    address,
    identity,
    spec,
    prior: priorOf(recorded ?? undefined, await sealedStateOf(resource, { plan, store })),
    bundleDigest: bundleOf(resource, plan),
  };
}

const ANEW = 'what it generates is made anew';

function removalOf({ label, recorded }: PlannedResource): Difference {
  const isOthers = recorded !== null && isUntaken(recorded);
  if (isOthers) return { message: 'it was never adopted: what is there stays' };
  return [{ subject: label, action: 'delete', lines: [] }];
}

function bundleOf({ resource }: PlannedResource, { template }: Plan): string {
  return (resource?.source ?? template?.reference)?.digest ?? '';
}

/** A plan writes nothing: the state of what is to be moved lies where it was. */
async function sealedStateOf(
  { address }: PlannedResource,
  { plan, store }: Pick<Known, 'plan' | 'store'>,
): Promise<string | null> {
  const before = plan.moves.find(({ to }) => to.address === address)?.from.address ?? address;
  const state = await store.get('states', resourceKey(plan.environment, before));
  return state?.value.sealed ?? null;
}
