import { describe, expect, test } from 'vitest';
import {
  cancelStep,
  claimStep,
  dispatchStep,
  failStep,
  isStepFinished,
  loseStep,
  type Operation,
  parkStep,
  recallStep,
  renewClaim,
  restartStep,
  retryStep,
  type StepRecord,
  type StepStatus,
  skipStep,
  stepKey,
  succeedStep,
  unparkStep,
} from '../../../src/model/step.ts';
import { step as complete, failure } from '../../support/records.ts';

const STATUSES: StepStatus[] = [
  'pending',
  'dispatched',
  'running',
  'parked',
  'unknown',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
];

const CLAIM = { worker: 'w', token: 't', expiresAtMs: 9 };
const LOST = { needsResolve: false, notBeforeMs: null };

const step = (facts: Partial<StepRecord> = {}) =>
  complete({ runId: 'run-1', address: 'web[0]', label: 'web', ...facts });

const order = (operation: Operation) => ({
  operation,
  spec: { size: 1 },
  fingerprint: 'sha256:1',
  runEpoch: 2,
  clusterEpoch: 1,
  atMs: 50,
});

const ATTEMPTS = {
  dispatchStep: { to: 'dispatched', go: (from) => dispatchStep(from, order('apply')) },
  claimStep: { to: 'running', go: (from) => claimStep(from, CLAIM, 5) },
  recallStep: { to: 'pending', go: recallStep },
  retryStep: { to: 'pending', go: (from) => retryStep(from, failure('again'), 60) },
  restartStep: { to: 'pending', go: restartStep },
  unparkStep: { to: 'pending', go: unparkStep },
  succeedStep: { to: 'succeeded', go: (from) => succeedStep(from, 'created', 7) },
  failStep: { to: 'failed', go: (from) => failStep(from, failure('it broke'), 7) },
  cancelStep: { to: 'cancelled', go: (from) => cancelStep(from, 7) },
  skipStep: { to: 'skipped', go: (from) => skipStep(from, failure('one before failed'), 7) },
  parkStep: { to: 'parked', go: (from) => parkStep(from, failure('registry is away')) },
  loseStep: { to: 'unknown', go: (from) => loseStep(from, failure('lost'), LOST) },
} as const satisfies Record<string, { to: StepStatus; go: (from: StepRecord) => StepRecord }>;

type Attempt = keyof typeof ATTEMPTS;

const LEGAL: Record<Attempt, StepStatus[]> = {
  dispatchStep: ['pending', 'unknown'],
  claimStep: ['dispatched'],
  recallStep: ['dispatched'],
  retryStep: ['running'],
  restartStep: ['running', 'unknown'],
  unparkStep: ['parked'],
  // Found unchanged; done; resolved by a person.
  succeedStep: ['pending', 'running', 'unknown'],
  failStep: ['pending', 'running', 'unknown'],
  cancelStep: ['pending', 'dispatched', 'running', 'parked'],
  skipStep: ['pending', 'parked'],
  parkStep: ['pending', 'dispatched'],
  loseStep: ['running'],
};

const names = Object.keys(ATTEMPTS) as Attempt[];
const pairs = names.flatMap((name) => STATUSES.map((from) => ({ name, from })));

describe('a step', () => {
  test.for(pairs.filter(({ name, from }) => LEGAL[name].includes(from)))(
    'goes from $from by $name',
    ({ name, from }) => {
      const { to, go } = ATTEMPTS[name];
      const before = step({ status: from, attempt: 1, claim: CLAIM });
      const copy = structuredClone(before);
      const after = go(before);
      expect(after.status).toBe(to);
      expect(before).toEqual(copy);
      if (isStepFinished(after) && name !== 'skipStep') expect(after.claim).toBeNull();
    },
  );

  test.for(pairs.filter(({ name, from }) => !LEGAL[name].includes(from)))(
    'does not go from $from by $name',
    ({ name, from }) => {
      const { to, go } = ATTEMPTS[name];
      expect(() => go(step({ status: from }))).toThrow(
        expect.objectContaining({
          code: 'ILLEGAL_TRANSITION',
          message: `Step web of run run-1 cannot go from ${from} to ${to}.`,
        }),
      );
    },
  );

  test('is finished in the four states from which nothing leads on', () => {
    expect(STATUSES.filter((status) => isStepFinished(step({ status })))).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'skipped',
    ]);
  });

  test('has a key of its run and address', () => {
    expect(stepKey('run-1', 'web[0]')).toBe('run-1/web[0]');
  });
});

describe('an attempt', () => {
  test('is counted when it is dispatched, with what it is to do', () => {
    const waiting = step({ attempt: 1, notBeforeMs: 40 });
    expect(dispatchStep(waiting, order('apply'))).toMatchObject({
      attempt: 2,
      operation: 'apply',
      spec: { size: 1 },
      fingerprint: 'sha256:1',
      runEpoch: 2,
      notBeforeMs: null,
      dispatchedAtMs: 50,
    });
  });

  test('is no inspection', () => {
    const unknown = step({ status: 'unknown', attempt: 2, inspections: 1 });
    expect(dispatchStep(unknown, order('inspect'))).toMatchObject({ attempt: 2, inspections: 2 });
  });

  test('is not spent by an order that nobody claimed', () => {
    const sent = dispatchStep(step({ attempt: 1 }), order('apply'));
    expect(recallStep(sent)).toMatchObject({ status: 'pending', attempt: 1, claim: null });
    const inspecting = dispatchStep(step({ status: 'unknown', attempt: 1 }), order('inspect'));
    expect(recallStep(inspecting)).toMatchObject({ status: 'unknown', attempt: 1 });
  });

  test('is not spent while its backing system is away, and what is unknown is not forgotten', () => {
    const sent = dispatchStep(step(), order('apply'));
    const parked = parkStep(sent, failure('registry is away'));
    expect(parked).toMatchObject({ attempt: 0, failure: { message: 'registry is away' } });
    expect(unparkStep(parked)).toMatchObject({ attempt: 0, failure: null });
    const inspecting = dispatchStep(step({ status: 'unknown' }), order('inspect'));
    expect(() => parkStep(inspecting, failure('registry is away'))).toThrow(/to parked/);
  });

  test('that failed keeps its failure while the pause before the next one lasts', () => {
    const running = step({ status: 'running', attempt: 1, claim: CLAIM });
    const waiting = retryStep(running, failure('no route'), 60);
    expect(waiting).toMatchObject({
      attempt: 1,
      notBeforeMs: 60,
      failure: { message: 'no route' },
    });
    expect(waiting.claim).toBeNull();
    const done = succeedStep(
      claimStep(dispatchStep(waiting, order('apply')), CLAIM, 70),
      'created',
      80,
    );
    expect(done).toMatchObject({ attempt: 2, failure: null, result: 'created', finishedAtMs: 80 });
  });
});

describe('a claim', () => {
  test('lasts as long as it is renewed', () => {
    const claimed = claimStep(step({ status: 'dispatched' }), CLAIM, 5);
    expect(renewClaim(claimed, 99).claim).toEqual({ ...CLAIM, expiresAtMs: 99 });
    expect(renewClaim(step(), 99).claim).toBeNull();
  });

  test('of a second attempt leaves the time at which the step began', () => {
    const first = claimStep(step({ status: 'dispatched' }), CLAIM, 5);
    const second = claimStep(
      { ...retryStep(first, failure('x'), 1), status: 'dispatched' },
      CLAIM,
      9,
    );
    expect(second.startedAtMs).toBe(5);
  });
});
