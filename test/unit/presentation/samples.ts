import type { EnvironmentRecord } from '../../../src/model/environment.ts';
import type { ResourceRecord } from '../../../src/model/resource.ts';
import { NOTHING_ASKED, type RunRecord } from '../../../src/model/run.ts';
import type { StepRecord } from '../../../src/model/step.ts';
import type { Palette } from '../../../src/presentation/terminal/palette.ts';

const asItIs = (text: string) => text;

export const palette: Palette = {
  good: asItIs,
  bad: asItIs,
  busy: asItIs,
  faint: asItIs,
  strong: asItIs,
  columns: Number.POSITIVE_INFINITY,
};

/** Records as a store would hold them; each test says only what it is about. */
const template = { name: 'hello', version: '1.0.0', digest: 'sha256:00' };

export function anEnvironment(facts: Partial<EnvironmentRecord> = {}): EnvironmentRecord {
  return {
    name: 'demo',
    id: 'e1',
    description: '',
    tags: [],
    links: [],
    status: 'ok',
    failure: null,
    template,
    parameters: {},
    outputs: {},
    entrypoints: [],
    protect: false,
    adopting: {},
    activeRunId: null,
    lastRunId: null,
    lastRunSucceeded: true,
    resourceCount: 0,
    clusterEpoch: 0,
    createdAtMs: 0,
    destroyedAtMs: null,
    plannedDestructionAtMs: null,
    ...facts,
  };
}

export function aResource(label: string, facts: Partial<ResourceRecord> = {}): ResourceRecord {
  return {
    environment: 'demo',
    address: `${label}[0]`,
    identity: `${label}[0]`,
    id: label,
    index: 0,
    counted: false,
    label,
    executor: 'terraform',
    pool: 'default',
    template,
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
    runId: 'r1',
    runEpoch: 1,
    clusterEpoch: 0,
    createdAtMs: 0,
    updatedAtMs: 0,
    ...facts,
  };
}

export function aRun(facts: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'r1',
    environment: 'demo',
    kind: 'create',
    status: 'running',
    order: 1,
    template,
    parameters: {},
    asked: NOTHING_ASKED,
    description: null,
    tags: null,
    protect: null,
    plannedDestructionAtMs: null,
    commandSource: 'cli',
    commandId: 'c1',
    retryOf: null,
    epoch: 1,
    clusterEpoch: 0,
    lease: null,
    cancelRequestedAtMs: null,
    summary: { create: 2, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0, unchanged: 0 },
    failure: null,
    acceptedAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: null,
    ...facts,
  };
}

export function aStep(label: string, facts: Partial<StepRecord> = {}): StepRecord {
  return {
    runId: 'r1',
    environment: 'demo',
    address: `${label}[0]`,
    identity: `${label}[0]`,
    label,
    action: 'create',
    reason: 'new',
    protect: false,
    executor: 'terraform',
    pool: 'default',
    after: [],
    adopt: null,
    status: 'pending',
    operation: 'apply',
    attempt: 0,
    attemptsMax: 3,
    initialDelayMs: 1_000,
    delayMaxMs: 60_000,
    inspections: 0,
    losses: 0,
    needsResolve: false,
    timeoutMs: 60_000,
    runEpoch: 1,
    clusterEpoch: 0,
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

export const failure = {
  code: 'TERRAFORM_FAILED',
  message: 'Terraform failed.',
  detail: 'Error: no\n\n  on main.tf line 3',
  address: 'site[0]',
} as const;

/** Members of a group that tell how often they were read. */
export function countedReads(ids: string[]): { members: string[]; reads(): number } {
  let reads = 0;
  const members = new Proxy(ids, {
    get: (target, key, receiver) => {
      reads += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  return { members, reads: () => reads };
}
