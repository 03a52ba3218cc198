import { describe, expect, test } from 'vitest';
import { parkBegun, parkStep, unparkStep } from '../../../src/model/parked-step.ts';
import {
  cancelStep,
  claimStep,
  dispatchStep,
  failStep,
  isStepFinished,
  loseStep,
  type Operation,
  recallStep,
  renewClaim,
  restartStep,
  retryStep,
  type StepRecord,
  type StepStatus,
  skipStep,
  stepKey,
  succeedStep,
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
const AWAY = failure('consul is away', { system: 'consul' });
const PAUSE = { nowMs: 60, notBeforeMs: 90 };
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
  unparkStep: { to: 'pending', go: (from) => unparkStep(from) },
  succeedStep: { to: 'succeeded', go: (from) => succeedStep(from, 'created', 7) },
  failStep: { to: 'failed', go: (from) => failStep(from, failure('it broke'), 7) },
  cancelStep: { to: 'cancelled', go: (from) => cancelStep(from, 7) },
  skipStep: { to: 'skipped', go: (from) => skipStep(from, failure('one before failed'), 7) },
  parkBegun: { to: 'parked', go: (from) => parkBegun(from, AWAY, PAUSE) },
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
  parkBegun: ['running'],
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

  test('is not begun while a system that it needs is away', () => {
    const parked = parkStep(step({ attempt: 1, notBeforeMs: 40 }), AWAY, 60);
    expect(parked).toMatchObject({
      status: 'parked',
      attempt: 1,
      parked: { system: 'consul', sinceMs: 60 },
      failure: { message: 'consul is away' },
      notBeforeMs: null,
    });
    expect(unparkStep(parked)).toMatchObject({ status: 'pending', parked: null, failure: null });
    expect(cancelStep(parked, 70)).toMatchObject({ status: 'cancelled', parked: null });
    expect(() => parkStep(step({ status: 'running' }), AWAY, 60)).toThrow(/to parked/);
  });

  test('is given back where it met a system that is away, and the meetings are counted', () => {
    const running = step({ status: 'running', attempt: 2, claim: CLAIM });
    const parked = parkBegun(running, AWAY, PAUSE);
    expect(parked).toMatchObject({ attempt: 1, claim: null, parkings: 1, notBeforeMs: 90 });
    const again = { ...unparkStep(parked), status: 'running' as const, attempt: 2 };
    expect(parkBegun(again, AWAY, PAUSE)).toMatchObject({ attempt: 1, parkings: 2 });
  });

  test('of unknown outcome stays unknown while what would tell is away, and costs no inspection', () => {
    const unknown = step({ status: 'unknown', attempt: 1, failure: failure('lost') });
    const waiting = parkStep(unknown, AWAY, 60);
    expect(waiting).toMatchObject({ status: 'unknown', parked: { system: 'consul' } });
    expect(waiting.failure).toMatchObject({ message: 'lost' });
    expect(unparkStep(waiting)).toEqual({ ...unknown, parked: null });
    const inspecting = claimStep(dispatchStep(unknown, order('inspect')), CLAIM, 50);
    expect(parkBegun(inspecting, AWAY, PAUSE)).toMatchObject({
      status: 'unknown',
      inspections: 0,
      attempt: 1,
      losses: 0,
      parked: { system: 'consul', sinceMs: 60 },
    });
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
