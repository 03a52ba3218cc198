import {
  environmentDocument,
  resourceDocument,
  runDocument,
} from '../../../documents/documents.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { expiringEnvironments } from '../../../queries/expiring.ts';
import { findEnvironment, groupsOf, resourcesOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { environmentPage, environmentTable } from '../../pages/environments.ts';
import type { Answer } from '../../session.ts';
import { parseDuration } from '../../times.ts';

export interface ListRequest {
  all: boolean;
  /** Only what is to end, the next first. */
  expiring: boolean;
  /** A duration from now. */
  within?: string | undefined;
  nowMs: number;
}

export async function listEnvironments(store: Store, request: ListRequest): Promise<Answer> {
  const { all, expiring, within, nowMs } = request;
  const beforeMs = within === undefined ? null : nowMs + parseDuration(within);
  const chosen = expiring
    ? await expiringEnvironments(store, { beforeMs })
    : (await store.find('environments'))
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
