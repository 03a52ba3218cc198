import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, PlannedResource } from '../engine/planner/plan.ts';
import type { Executor, PlannedChange, Prior, StepContext } from '../executors/executor.ts';
import { BiotopeError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { type ResourceRecord, resourceKey } from '../model/resource.ts';
import type { BundleRecord } from '../model/template.ts';
import { systemIds } from '../platform/ids.ts';
import { type BundleShelf, createBundleShelf } from '../worker/bundles.ts';
import { resolveSpec } from '../worker/inputs.ts';
import { createRedactor } from '../worker/redactor.ts';
import { sealContext } from '../worker/step.ts';
import type { Biotope } from './contract.ts';
import { createExecutors } from './executors.ts';

/** What an executor says it would do to a resource, or why it cannot be said. */
export type Difference = PlannedChange[] | { message: string };

export interface DifferenceTerms {
  signal: AbortSignal;
  /** Which resource is being looked at. */
  onProgress(label: string): void;
}

/** Asks the executor of every resource of a plan that is not left alone. Changes nothing. */
export async function planDifferences(
  biotope: Biotope,
  plan: Plan,
  { signal, onProgress }: DifferenceTerms,
): Promise<Map<string, Difference>> {
  const { config, paths, secrets } = biotope;
  const { executors, keyvalue } = createExecutors({ config, paths, secrets });
  const workFolder = await mkdtemp(join(tmpdir(), 'biotope-plan-'));
  const bundles = createBundleShelf({
    folder: paths.bundles,
    fetch: (digest) => bundleOf(biotope, digest),
    limits: config.limits,
    ids: systemIds,
  });
  const look: Look = { biotope, plan, executors, bundles, workFolder, signal };
  const found = new Map<string, Difference>();
  try {
    for (const resource of plan.resources.filter(({ action }) => action !== 'leave')) {
      signal.throwIfAborted();
      onProgress(resource.label);
      found.set(resource.address, await differenceOf(resource, look));
    }
  } finally {
    await keyvalue.close();
    await rm(workFolder, { recursive: true, force: true });
  }
  return found;
}

interface Look {
  biotope: Biotope;
  plan: Plan;
  executors: ReadonlyMap<string, Executor>;
  bundles: BundleShelf;
  workFolder: string;
  signal: AbortSignal;
}

async function differenceOf(resource: PlannedResource, look: Look): Promise<Difference> {
  const executor = look.executors.get(resource.executor);
  if (resource.action === 'remove') {
    return [{ subject: resource.label, action: 'delete', lines: [] }];
  }
  // Its inputs come out of resources that are not made yet: the reason says which.
  if (resource.spec === null) return { message: resource.reason };
  if (executor === undefined) return { message: `there is no executor ${resource.executor} here` };
  try {
    const { changes } = await executor.plan(await contextOf(resource, resource.spec, look));
    return changes;
  } catch (error) {
    look.signal.throwIfAborted();
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

async function contextOf(
  resource: PlannedResource,
  spec: JsonObject,
  { biotope, plan, bundles, workFolder, signal }: Look,
): Promise<StepContext> {
  const { address } = resource;
  const digest = plan.template?.reference.digest;
  const folder = join(workFolder, systemIds());
  await mkdir(folder, { mode: 0o700 });
  return {
    stepId: `plan/${address}`,
    environment: plan.environment,
    address,
    attempt: 1,
    spec: await resolveSpec(spec, { secrets: biotope.secrets, redactor: createRedactor(), signal }),
    prior: resource.recorded === null ? null : await priorOf(resource.recorded, biotope),
    bundleFolder: digest === undefined ? '' : await bundles.folderOf(digest),
    workFolder: folder,
    signal,
    log: () => {},
    progress: () => {},
    checkpoint: async () => {},
  };
}

async function priorOf(recorded: ResourceRecord, { store, secrets }: Biotope): Promise<Prior> {
  const { environment, address, spec, record, outputs } = recorded;
  const state = await store.get('states', resourceKey(environment, address));
  const order = { environment, address };
  const opened =
    state === undefined ? null : await secrets.open(state.value.sealed, sealContext({ order }));
  return { spec, record, outputs, state: opened };
}

async function bundleOf({ store }: Biotope, digest: string): Promise<BundleRecord> {
  const found = await store.get('bundles', digest);
  if (found !== undefined) return found.value;
  throw new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `The content ${digest} of a published template is not in the store.`,
  });
}
