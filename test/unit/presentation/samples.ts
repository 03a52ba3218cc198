import type { EnvironmentRecord } from '../../../src/model/environment.ts';
import type { ResourceRecord } from '../../../src/model/resource.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import type { StepRecord } from '../../../src/model/step.ts';
import type { Palette } from '../../../src/presentation/terminal/palette.ts';
import { environment, resource, run, step } from '../../support/records.ts';

const asItIs = (text: string) => text;

export const palette: Palette = {
  good: asItIs,
  bad: asItIs,
  busy: asItIs,
  faint: asItIs,
  strong: asItIs,
  columns: Number.POSITIVE_INFINITY,
};

/** Records of an environment `demo` that is made from `hello`; each test says only what it is about. */
const template = { name: 'hello', version: '1.0.0', digest: 'sha256:00' };
const IN_DEMO = { environment: 'demo', runId: 'r1', executor: 'terraform' };

export function anEnvironment(facts: Partial<EnvironmentRecord> = {}): EnvironmentRecord {
  return environment({ name: 'demo', template, createdAtMs: 0, ...facts });
}

export function aResource(label: string, facts: Partial<ResourceRecord> = {}): ResourceRecord {
  return resource({ ...IN_DEMO, id: label, template, createdAtMs: 0, updatedAtMs: 0, ...facts });
}

export function aRun(facts: Partial<RunRecord> = {}): RunRecord {
  return run({
    id: 'r1',
    environment: 'demo',
    template,
    summary: { create: 2, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0, unchanged: 0 },
    acceptedAtMs: 0,
    startedAtMs: 0,
    ...facts,
  });
}

export function aStep(label: string, facts: Partial<StepRecord> = {}): StepRecord {
  return step({ ...IN_DEMO, address: `${label}[0]`, label, timeoutMs: 60_000, ...facts });
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
