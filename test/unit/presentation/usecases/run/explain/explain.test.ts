import { describe, expect, it } from 'vitest';
import { secretText } from '../../../../../../src/model/secret.ts';
import {
  explanationDocument,
  explanationLines,
} from '../../../../../../src/presentation/pages/explanation.ts';
import {
  explainResource,
  explainStep,
  explainUnplanned,
} from '../../../../../../src/presentation/usecases/run/explain/explain.ts';
import type {
  ResourceFacts,
  StepFacts,
} from '../../../../../../src/presentation/usecases/run/explain/facts.ts';
import { aResource, aRun, aStep, failure, palette } from '../../../samples.ts';
import { about, event } from './samples.ts';

const waits = (facts: StepFacts) =>
  explainStep(facts).waits.map(({ kind, message }) => `${kind}: ${message}`);
const commands = (facts: StepFacts) => explainStep(facts).next.map(({ command }) => command);

describe('what a step waits for', () => {
  it('is what it needs and is not done, and what holds that up further back', () => {
    const facts = about({ after: ['db[0]', 'cache[0]', 'gone[0]'] });
    const steps = [
      facts.step,
      aStep('db', { after: ['net[0]'] }),
      aStep('net', { after: ['disk[0]'], status: 'succeeded' }),
      aStep('cache', { after: ['disk[0]'], status: 'pending' }),
      aStep('disk', { status: 'running' }),
    ];
    expect(waits({ ...facts, steps })).toEqual([
      'step: db (pending)',
      'step: cache (pending)',
      'step: disk (creating); further back',
    ]);
  });

  it('is every build where it is a removal', () => {
    const facts = about({ action: 'remove', operation: 'destroy' });
    const steps = [facts.step, aStep('new', { status: 'running' }), aStep('old')];
    expect(waits({ ...facts, steps })).toEqual(['builds: 2 builds: new, old; removals come last']);
  });

  it('is the rest of a pause between two attempts', () => {
    const facts = about({ notBeforeMs: 22_000, attempt: 1, failure });
    expect(explainStep(facts).waits).toEqual([
      {
        kind: 'pause',
        step: 'web',
        message: 'attempt 2 of 3, in 12 s',
        lasting: 'attempt 2 of 3',
        untilMs: 22_000,
      },
    ]);
  });

  it('is a place in a full pool, its turn in another, and a server for one of nobody', () => {
    const busy = [aStep('a'), aStep('b', { environment: 'other' })];
    expect(waits(about({}, { pool: { concurrency: 2, busy } }))).toEqual([
      'pool: a place in pool default: all 2 are taken, by demo/a, other/b',
    ]);
    expect(waits(about({}))).toEqual(['turn: its turn: it is ready']);
    expect(waits(about({}, { pool: { concurrency: null, busy: [] } }))).toEqual([
      'pool: pool default, which nobody serves by these settings',
    ]);
  });

  it('is the worker that holds it, and until when', () => {
    const claim = { worker: 'w1', token: 't', expiresAtMs: 15_000 };
    const facts = about({ status: 'running', claim, startedAtMs: 8_000, attempt: 1 });
    expect(waits(facts)).toEqual([
      'lease: worker w1, which counts as lost if it is silent for 5.0 s',
    ]);
    expect(explainStep(facts).summary).toBe(
      'web is under way: creating for 2.0 s, attempt 1 of 3.',
    );
    expect(waits({ ...facts, nowMs: 16_000 })[0]).toContain('silent for too long by 1.0 s');
    const interrupted = { ...facts, driver: null };
    expect(waits(interrupted)).toHaveLength(1);
    expect(explainStep(interrupted).summary).toMatch(
      /^web was under way when its process was lost/,
    );
    expect(commands(interrupted)).toEqual(['biotope run resume r1', 'biotope run logs r1 web']);
  });

  it('is somebody to work on an interrupted run', () => {
    const facts = about({}, { driver: null });
    expect(waits(facts)).toEqual([expect.stringMatching(/^driver: a process/)]);
    expect(explainStep(facts).summary).toBe(
      'web is to be created: the run was interrupted, and nobody works on it.',
    );
    expect(commands(facts)).toEqual(['biotope run resume r1']);
  });

  it('is a person where nobody else can tell how it ended, even after the run', () => {
    const facts = about(
      { status: 'unknown', needsResolve: true, label: 'web[0]' },
      { run: aRun({ status: 'failed' }), driver: null },
    );
    expect(waits(facts)[0]).toMatch(/^person: .*run resolve r1 'web\[0\]' --as done/);
    expect(commands(facts)).toEqual([
      "biotope run logs r1 'web[0]'",
      "biotope run resolve r1 'web[0]' --as done",
      "biotope run resolve r1 'web[0]' --as not-started",
    ]);
  });

  it('leads to a step before it that a person has to see to', () => {
    const facts = about({ after: ['db[0]'] });
    const steps = [facts.step, aStep('db', { status: 'unknown', needsResolve: true })];
    expect(waits({ ...facts, steps })).toEqual([
      'step: db (unknown: a person has to say how it ended)',
    ]);
    expect(commands({ ...facts, steps })).toEqual([
      'biotope run explain r1 db',
      'biotope run resume r1',
    ]);
  });
});

describe('what is done next', () => {
  const failed = { status: 'failed', failure, startedAtMs: 0, finishedAtMs: 200 } as const;

  it('is a look at the log, and a retry once the run has ended and is the last one', () => {
    const facts = about(failed);
    expect(commands(facts)).toEqual(['biotope run logs r1 web', 'biotope run show r1']);
    const ended = { ...facts, run: aRun({ status: 'failed' }) };
    expect(commands(ended)).toEqual(['biotope run logs r1 web', 'biotope run retry r1']);
    expect(commands({ ...ended, isNewest: false })).toEqual([
      'biotope run logs r1 web',
      'biotope run show demo',
    ]);
    expect(explainStep(facts).summary).toBe('web failed after 0.2 s: Terraform failed.');
  });

  it('is to mend first what would fail again', () => {
    const invalid = { ...failure, code: 'PARAMETERS_INVALID' } as const;
    const run = aRun({ status: 'failed' });
    const { next } = explainStep(about({ ...failed, failure: invalid }, { run }));
    expect(next.at(-1)).toEqual({
      why: 'once what the failure says is mended',
      command: 'biotope run retry r1',
    });
  });

  it('is to see what a skipped step was skipped for', () => {
    const run = aRun({ status: 'failed' });
    const history = [event('step.skipped', 5, { cause: 'db' })];
    const facts = about({ status: 'skipped', after: ['app[0]'] }, { run, history });
    const steps = [facts.step, aStep('db', failed), aStep('app', { status: 'skipped' })];
    const { summary, next } = explainStep({ ...facts, steps });
    expect(summary).toBe('web was skipped because db failed: Terraform failed.');
    expect(next.map(({ command }) => command)).toEqual([
      'biotope run explain r1 db',
      'biotope run retry r1',
    ]);
  });
});

describe('what comes after a step', () => {
  it('is what needs it, directly or not, and after all builds the removals', () => {
    const facts = about({ status: 'failed', failure });
    const steps = [
      facts.step,
      aStep('proxy', { after: ['web[0]'], status: 'skipped' }),
      aStep('dns', { after: ['proxy[0]', 'web[0]'] }),
      aStep('other'),
      aStep('old', { action: 'remove' }),
    ];
    expect(explainStep({ ...facts, steps }).dependents).toEqual([
      { label: 'proxy', status: 'skipped', relation: 'depends' },
      { label: 'dns', status: 'pending', relation: 'depends' },
      { label: 'old', status: 'pending', relation: 'removed-after' },
    ]);
  });
});

describe('a look', () => {
  it('tells what it found, and what can be done', () => {
    const looked = { status: 'succeeded', action: 'look', finishedAtMs: 1 } as const;
    const drifted = explainStep(about({ ...looked, result: 'drifted' }));
    expect(drifted.summary).toMatch(/was looked at .* and has drifted\./);
    expect(drifted.next.map(({ command }) => command)).toEqual([
      expect.stringContaining('environment drift '),
      expect.stringMatching(/environment reconcile \S+ --heal --resource /),
    ]);
    const same = explainStep(about({ ...looked, result: 'unchanged' }));
    expect(same.summary).toMatch(/was looked at .*: it is as it was built\./);
  });
});

describe('inputs that changed', () => {
  it('are told with their values, secrets without', () => {
    const secret = (version: number) => secretText([{ path: 'p', version, field: 'f' }]);
    const changes = [
      { path: 'variables.size', before: 1, after: 2 },
      { path: 'variables.key', before: secret(1), after: secret(2) },
      { path: 'variables.list', before: null, after: [secret(2)] },
    ];
    const explanation = explainStep(about({ action: 'change', reason: 'changed' }, { changes }));
    expect(explanationLines(explanation, palette)).toEqual(
      expect.arrayContaining([
        '  variables.size  1 -> 2',
        '  variables.key   another secret, or another version of it',
        '  variables.list  nothing -> ["[redacted]"]',
      ]),
    );
    expect(explanationDocument(explanation).changedInputs[1]).toEqual({
      path: 'variables.key',
      secret: true,
      before: '[redacted]',
      after: '[redacted]',
    });
    expect(JSON.stringify(explanationDocument(explanation))).not.toContain('"version":2,"field"');
  });
});

describe('a resource for which the run has no step', () => {
  const facts = (more: Partial<ResourceFacts> = {}): ResourceFacts => ({
    ...about({}),
    steps: [],
    run: aRun({ id: 'r2', order: 2, status: 'succeeded', finishedAtMs: 500 }),
    resource: aResource('web', { runId: 'r1', createdAtMs: 100 }),
    builder: aRun({ id: 'r1', order: 1, finishedAtMs: 0 }),
    ...more,
  });

  it('was left, because nothing about it changed', () => {
    expect(explainResource(facts())).toMatchObject({
      state: 'left',
      summary:
        'web is left: unchanged since run r1 (create, 1970-01-01 00:00:00Z): same content and inputs.',
    });
  });

  it('was left then and built anew since', () => {
    const resource = aResource('web', { runId: 'r3' });
    const builder = aRun({ id: 'r3', order: 3, kind: 'update' });
    const { summary, next } = explainResource(facts({ resource, builder }));
    expect(summary).toMatch(/^web was left as it was. Since then run r3/);
    expect(next.at(-1)?.command).toBe('biotope run explain r3 web');
  });

  it('was made by a later run', () => {
    const resource = aResource('web', { runId: 'r3', createdAtMs: 900 });
    expect(explainResource(facts({ resource }))).toMatchObject({ state: 'absent' });
  });

  it('is not planned while the run waits in line, or where it ended before', () => {
    const queued = aRun({ id: 'r2', order: 2, status: 'queued', summary: null });
    const waiting = explainResource(facts({ run: queued, ahead: [aRun()] }));
    expect(waiting).toMatchObject({ state: 'unplanned', waits: [{ kind: 'line' }] });
    expect(waiting.next).toEqual([{ why: 'what comes first', command: 'biotope run show r1' }]);
    const run = aRun({ status: 'failed', summary: null, failure });
    expect(explainResource(facts({ run })).summary).toMatch(/before anything was planned/);
    const unrecorded = { ...facts({ run: queued }), driver: null };
    expect(explainUnplanned(unrecorded, { label: 'new', address: 'new[0]' })).toMatchObject({
      label: 'new',
      state: 'unplanned',
      next: [{ command: 'biotope run resume r2' }],
    });
  });
});
