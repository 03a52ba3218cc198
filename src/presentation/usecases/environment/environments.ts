import {
  environmentDocument,
  resourceDocument,
  runDocument,
} from '../../../documents/documents.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { findEnvironment, groupsOf, resourcesOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { environmentPage, environmentTable } from '../../pages/environments.ts';
import type { Answer } from '../../session.ts';

export async function listEnvironments(
  store: Store,
  { all, nowMs }: { all: boolean; nowMs: number },
): Promise<Answer> {
  const found = await store.find('environments');
  const chosen = found
    .map(({ value }) => value)
    .filter(({ status }) => all || status !== 'destroyed');
  const environments: EnvironmentRecord[] = [];
  for (const environment of chosen) environments.push(await asOfNow(store, environment));
  return {
    lines: (palette) => environmentTable(environments, { palette, nowMs }),
    document: { environments: environments.map(environmentDocument) },
    names: environments.map(({ name }) => name),
  };
}

/** The record's own count is of the end of its last run: while one is under way there are others. */
async function asOfNow(store: Store, environment: EnvironmentRecord): Promise<EnvironmentRecord> {
  if (environment.activeRunId === null) return environment;
  const resources = await resourcesOf(store, environment.name);
  return { ...environment, resourceCount: resources.length };
}

export async function viewEnvironment(
  store: Store,
  { name, nowMs }: { name: string; nowMs: number },
): Promise<Answer> {
  const environment = await asOfNow(store, await findEnvironment(store, name));
  const resources = await resourcesOf(store, environment.name);
  const groups = await groupsOf(store, environment);
  const runId = environment.activeRunId ?? environment.lastRunId;
  const run = runId === null ? undefined : await store.get('runs', runId);
  const lastRun = run?.value ?? null;
  return {
    lines: (palette) =>
      environmentPage({ environment, resources, groups, lastRun, nowMs }, palette),
    document: {
      environment: environmentDocument(environment),
      resources: resources.map(resourceDocument),
      groups,
      lastRun: lastRun === null ? null : runDocument(lastRun),
    },
  };
}
