import type { EnvironmentRecord } from '../model/environment.ts';
import { BiotopeError } from '../model/errors.ts';
import { generations } from '../model/graph.ts';
import { didYouMean } from '../model/nearest.ts';
import { noEnvironment } from '../model/not-there.ts';
import type { ResourceRecord } from '../model/resource.ts';
import { isRunFinished, type RunRecord, UNFINISHED_RUN } from '../model/run.ts';
import { someOf } from '../model/some-of.ts';
import type { StepRecord } from '../model/step.ts';
import { type ResourceGroup, templateKey } from '../model/template.ts';
import type { Store } from '../store/store.ts';

/** Records by what a person wrote. Each rejects with its …_NOT_FOUND and says where to look. */
export async function findEnvironment(store: Store, name: string): Promise<EnvironmentRecord> {
  const found = await store.get('environments', name);
  if (found !== undefined) return found.value;
  throw noEnvironment(name, didYouMean(name, await environmentNames(store)));
}

async function environmentNames(store: Store): Promise<string[]> {
  return (await store.find('environments')).map(({ value }) => value.name);
}

export async function resourcesOf(store: Store, environment: string): Promise<ResourceRecord[]> {
  const found = await store.find('resources', { where: { environment } });
  return found.map(({ value }) => value);
}

/** Those of the template that it is made from now. */
export async function groupsOf(
  store: Store,
  { template }: Pick<EnvironmentRecord, 'template'>,
): Promise<readonly ResourceGroup[]> {
  const record = await store.get('templates', templateKey(template));
  return record?.value.template.groups ?? [];
}

/** A run by its id, or the newest of the environment of that name. */
export async function findRun(store: Store, idOrEnvironment: string): Promise<RunRecord> {
  const found = await store.get('runs', idOrEnvironment);
  if (found !== undefined) return found.value;
  const [newest] = await runsOf(store, { environment: idOrEnvironment, limit: 1 });
  if (newest !== undefined) return newest;
  const hint = didYouMean(idOrEnvironment, await environmentNames(store));
  throw new BiotopeError('RUN_NOT_FOUND', {
    message: `${idOrEnvironment} is neither a run nor an environment with runs.`,
    remedy: hint ?? '"biotope run list" shows those that exist.',
    facts: { run: idOrEnvironment },
  });
}

/** Newest first. */
export async function runsOf(
  store: Store,
  { environment, limit }: { environment: string | undefined; limit: number },
): Promise<RunRecord[]> {
  const where = environment === undefined ? {} : { environment };
  const found = await store.find('runs', { where, reverse: true, limit });
  return found.map(({ value }) => value);
}

/** Of one environment, or of all. */
export async function unfinishedRuns(store: Store, environment?: string): Promise<RunRecord[]> {
  const ofOne = environment === undefined ? {} : { environment };
  const found = await store.find('runs', { where: { ...ofOne, status: UNFINISHED_RUN } });
  return found.map(({ value }) => value);
}

export async function stepsOf(store: Store, runId: string): Promise<StepRecord[]> {
  const found = await store.find('steps', { where: { runId } });
  return inOrder(found.map(({ value }) => value));
}

/** Each after those it waits for. */
export function inOrder(steps: readonly StepRecord[]): StepRecord[] {
  const byAddress = new Map(steps.map((step) => [step.address, step]));
  const order = generations(new Map(steps.map(({ address, after }) => [address, after])));
  return order.flat().flatMap((address) => byAddress.get(address) ?? []);
}

/** Null where none is near, and nothing lies behind the name. */
export function otherLabels(name: string, labels: readonly string[]): string | null {
  const behind = labels.filter((label) => label.startsWith(`${name}/`));
  if (behind.length === 0) return didYouMean(name, labels);
  return `It is a nested template: behind it are ${someOf(behind, BEHIND_NAMED_MAX)}.`;
}

const BEHIND_NAMED_MAX = 20;

/** A step of a run by its label or address. */
export async function findStep(store: Store, run: RunRecord, name: string): Promise<StepRecord> {
  const steps = await stepsOf(store, run.id);
  const found = steps.find(({ label, address }) => label === name || address === name);
  if (found !== undefined) return found;
  throw noStep(run, name, steps);
}

/** `others`: labels of resources of which the run has no step. */
export function noStep(
  run: RunRecord,
  name: string,
  steps: readonly StepRecord[],
  others: readonly string[] = [],
): BiotopeError {
  const labels = steps.map(({ label }) => label);
  const none = isRunFinished(run) ? 'no steps' : 'no steps yet';
  const hint =
    otherLabels(name, [...new Set([...labels, ...others])]) ??
    `It has ${labels.slice(0, 20).join(', ') || none}.`;
  return new BiotopeError('STEP_NOT_FOUND', {
    message: `Run ${run.id} has no step ${name}. ${hint}`,
    facts: { run: run.id, step: name },
  });
}
