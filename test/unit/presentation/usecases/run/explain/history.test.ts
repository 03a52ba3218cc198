import { describe, expect, it } from 'vitest';
import { explanationLines } from '../../../../../../src/presentation/pages/explanation.ts';
import { explainStep } from '../../../../../../src/presentation/usecases/run/explain/explain.ts';
import type { StepFacts } from '../../../../../../src/presentation/usecases/run/explain/facts.ts';
import { failure, palette } from '../../../samples.ts';
import { about, event } from './samples.ts';

describe('the attempts of a step', () => {
  it('are told by its events, inspections and a person among them', () => {
    const history = [
      event('step.dispatched', 1),
      event('step.running', 2, { operation: 'apply', worker: 'w1' }),
      event('step.retrying', 5, { failure: { ...failure } }),
      event('step.dispatched', 6, { attempt: 2 }),
      event('step.recalled', 7, { attempt: 1 }),
      event('step.running', 8, { operation: 'apply', worker: 'w1', attempt: 2 }),
      event('step.unknown', 9, { attempt: 2 }),
      event('step.running', 10, { operation: 'inspect', worker: 'w2', attempt: 2 }),
      event('step.recalled', 11, { finding: 'partial', attempt: 1 }),
      event('step.resolved', 12, { as: 'done', attempt: 2 }),
    ];
    const told = explainStep(about({}, { history })).attempts.map(
      ({ number, operation, startedAtMs, finishedAtMs, outcome }) =>
        `${number} ${operation} ${startedAtMs}-${finishedAtMs} ${outcome}`,
    );
    expect(told).toEqual([
      '1 apply 2-5 failed, tried again',
      '2 apply 8-9 nobody knows how it ended',
      '2 inspect 10-11 found partial',
      '2 resolve 12-12 said to be done',
    ]);
  });

  it('of which one was interrupted are begun again only once another is', () => {
    const running = (atMs: number) => event('step.running', atMs, { operation: 'apply' });
    const history = [running(1), event('step.recalled', 2)];
    const outcomes = (facts: StepFacts) =>
      explainStep(facts).attempts.map(({ outcome }) => outcome);
    expect(outcomes(about({}, { history }))).toEqual(['interrupted']);
    expect(outcomes(about({}, { history: [...history, running(3)] }))).toEqual([
      'interrupted, begun again',
      'under way',
    ]);
  });

  it('that met a system that was away are given back, and one that was never begun is none', () => {
    const history = [
      event('step.parked', 1, { system: 'consul' }),
      event('step.released', 2, { system: 'consul' }),
      event('step.running', 3, { operation: 'apply' }),
      event('step.parked', 4, { system: 'consul', failure: { ...failure } }),
    ];
    expect(explainStep(about({ status: 'parked' }, { history })).attempts).toMatchObject([
      { startedAtMs: 3, finishedAtMs: 4, outcome: 'met consul, which was away', failure },
    ]);
  });

  it('are none where its turn showed that nothing had to be done', () => {
    const done = { status: 'succeeded', result: 'unchanged', action: 'change' } as const;
    const history = [event('step.succeeded', 4, { result: 'unchanged', attempt: 0 })];
    const explanation = explainStep(about(done, { history }));
    expect(explanation.attempts).toEqual([]);
    expect(explanationLines(explanation, palette)).toContain(
      'Planned:  to decide during the run: new',
    );
  });

  it('are one that never began where its inputs cannot be made', () => {
    const history = [event('step.failed', 4, { failure: { ...failure }, attempt: 0 })];
    expect(explainStep(about({ status: 'failed', failure }, { history })).attempts).toMatchObject([
      { operation: null, startedAtMs: 4, finishedAtMs: 4, outcome: 'failed', failure },
    ]);
  });
});

describe('a resource that has another id since', () => {
  const made = { status: 'succeeded', result: 'created', startedAtMs: 0, finishedAtMs: 9 } as const;

  it('is told under the new one', () => {
    const { summary, next } = explainStep(about(made, { labelNow: 'site' }));
    expect(summary).toMatch(/^web was created .* It is site now\.$/);
    expect(next).toEqual([{ why: 'what it is now', command: 'biotope resource show demo/site' }]);
  });

  it('is not shown where it is gone', () => {
    expect(explainStep(about(made, { labelNow: null })).next).toEqual([]);
  });
});
