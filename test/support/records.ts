import { type Failure, NOTHING_ASKED, type RunRecord } from '../../src/model/run.ts';

/** Complete records, of which a test names what matters to it. */

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
    plannedDestructionAtMs: null,
    commandSource: 'test',
    commandId: 'command-1',
    retryOf: null,
    epoch: 1,
    clusterEpoch: 1,
    lease: null,
    cancelRequestedAtMs: null,
    summary: null,
    failure: null,
    acceptedAtMs: 1,
    startedAtMs: null,
    finishedAtMs: null,
    ...facts,
  };
}
