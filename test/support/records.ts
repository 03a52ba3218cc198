import type { EnvironmentRecord } from '../../src/model/environment.ts';
import type { EventDraft } from '../../src/model/event.ts';
import type { ResourceRecord } from '../../src/model/resource.ts';
import { type Failure, NOTHING_ASKED, type RunRecord } from '../../src/model/run.ts';
import type { StepRecord } from '../../src/model/step.ts';
import type { TemplateRecord } from '../../src/model/template.ts';
import type { Store, Stored, Transaction, Write } from '../../src/store/store.ts';

/** Complete records and transactions, of which a test names what matters to it. */

const TEMPLATE = { name: 'web-service', version: '1.0.0', digest: 'sha256:0' };

export function failure(message: string, facts: Partial<Failure> = {}): Failure {
  return { code: 'STEP_FAILED', message, detail: null, address: null, ...facts };
}

export function run(facts: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'run-1',
    environment: 'shop',
    kind: 'create',
    status: 'running',
    order: 1,
    template: { name: 'sample', version: '1.0.0', digest: 'sha256:sample@1.0.0' },
    parameters: {},
    asked: NOTHING_ASKED,
    description: null,
    tags: null,
    protect: null,
    requireApproval: null,
    approval: null,
    plannedDestructionAtMs: null,
    commandSource: 'test',
    commandId: 'command-1',
    retryOf: null,
    epoch: 1,
    clusterEpoch: 1,
    lease: null,
    cancelRequestedAtMs: null,
    cancelReason: null,
    summary: null,
    failure: null,
    acceptedAtMs: 1,
    startedAtMs: facts.status === 'queued' ? null : 1,
    finishedAtMs: null,
    ...facts,
  };
}

export function environment(
  facts: Partial<EnvironmentRecord> & { name: string },
): EnvironmentRecord {
  return {
    id: 'environment-1',
    description: '',
    tags: [],
    links: [],
    status: 'ok',
    failure: null,
    template: TEMPLATE,
    parameters: {},
    outputs: {},
    entrypoints: [],
    protect: false,
    requireApproval: false,
    adopting: {},
    activeRunId: null,
    lastRunId: null,
    lastRunSucceeded: true,
    resourceCount: 0,
    clusterEpoch: 1,
    createdAtMs: 1,
    destroyedAtMs: null,
    plannedDestructionAtMs: null,
    ...facts,
  };
}

export function resource(facts: Partial<ResourceRecord> & { id: string }): ResourceRecord {
  return {
    environment: 'shop',
    address: `${facts.id}[0]`,
    identity: facts.address ?? `${facts.id}[0]`,
    index: 0,
    counted: false,
    label: facts.id,
    executor: 'command',
    pool: 'default',
    template: TEMPLATE,
    status: 'ok',
    description: '',
    tags: [],
    links: [],
    statusEndpoints: [],
    protect: false,
    external: null,
    dependsOn: [],
    spec: {},
    adopting: null,
    fingerprint: null,
    outputs: {},
    record: null,
    parts: [],
    runId: 'run-1',
    runEpoch: 1,
    clusterEpoch: 1,
    createdAtMs: 1,
    updatedAtMs: 1,
    ...facts,
  };
}

export function step(facts: Partial<StepRecord> & { runId: string; address: string }): StepRecord {
  return {
    environment: 'shop',
    identity: facts.address,
    label: facts.address,
    action: 'create',
    reason: 'new',
    protect: false,
    executor: 'command',
    pool: 'default',
    adopt: null,
    status: 'pending',
    operation: 'apply',
    attempt: 0,
    attemptsMax: 3,
    initialDelayMs: 1_000,
    delayMaxMs: 60_000,
    after: [],
    inspections: 0,
    losses: 0,
    needsResolve: false,
    timeoutMs: 1_000,
    runEpoch: 1,
    clusterEpoch: 1,
    notBeforeMs: null,
    claim: null,
    claimCount: 0,
    reportedClaim: null,
    spec: null,
    fingerprint: null,
    result: null,
    failure: null,
    dispatchedAtMs: null,
    startedAtMs: null,
    finishedAtMs: null,
    ...facts,
  };
}

export function template(facts: {
  name: string;
  version: string;
  description?: string;
  tags?: string[];
}): TemplateRecord {
  const { name, version, description = '', tags = [] } = facts;
  return {
    reference: { name, version, digest: 'sha256:0' },
    name,
    template: {
      name,
      version,
      description,
      tags,
      approval: null,
      parameters: {},
      resources: [],
      nested: [],
      groups: [],
      actions: [],
      entrypoints: [],
      outputs: [],
    },
    commit: null,
    publishedAtMs: 1,
  };
}

/** The smallest record there is, for tests to which the content does not matter. */
export function queue(key: string, acceptedCount: number): Write {
  return { kind: 'put', collection: 'queues', key, value: { environment: key, acceptedCount } };
}

export function event(facts: Partial<EventDraft> = {}): EventDraft {
  return { type: 'run.queued', runId: null, address: null, data: {}, ...facts };
}

export function transaction(facts: Partial<Transaction> = {}): Transaction {
  return { scope: 'shop', expect: [], writes: [], events: [], ...facts };
}

export async function keysOf<T>(
  found: Promise<Stored<T>[]>,
  key: (value: T) => string,
): Promise<string[]> {
  return (await found).map(({ value }) => key(value));
}

/** Puts resources with these edges (`id` -> ids it needs) into environment `shop`. */
export async function putGraph(store: Store, edges: Record<string, string[]>): Promise<void> {
  const writes = Object.entries(edges).map(([id, needs]): Write => {
    const value = resource({ id, dependsOn: needs.map((need) => `${need}[0]`) });
    return { kind: 'put', collection: 'resources', key: `shop/${id}[0]`, value };
  });
  await store.commit(transaction({ writes }));
}
