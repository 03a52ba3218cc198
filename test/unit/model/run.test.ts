import { describe, expect, test } from 'vitest';
import {
  cancelRun,
  failRun,
  isRunFinished,
  type RunRecord,
  type RunStatus,
  releaseRun,
  renewLease,
  requestCancel,
  startRunning,
  succeedRun,
  takeRun,
  UNFINISHED_RUN,
} from '../../../src/model/run.ts';
import { failure, run } from '../../support/records.ts';

const STATUSES: RunStatus[] = [
  'queued',
  'planning',
  'awaiting-approval',
  'running',
  'succeeded',
  'failed',
  'cancelled',
];

const SUMMARY = { create: 1, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0, unchanged: 0 };
const LEASE = { holder: 'h', expiresAtMs: 9 };

const ATTEMPTS = {
  takeRun: { to: 'planning', go: (from) => takeRun(from, LEASE, 1, 5) },
  startRunning: { to: 'running', go: (from) => startRunning(from, SUMMARY) },
  succeedRun: { to: 'succeeded', go: (from) => succeedRun(from, 7) },
  failRun: { to: 'failed', go: (from) => failRun(from, failure('it broke'), 7) },
  cancelRun: { to: 'cancelled', go: (from) => cancelRun(from, failure('stopped'), 7) },
} as const satisfies Record<string, { to: RunStatus; go: (from: RunRecord) => RunRecord }>;

type Attempt = keyof typeof ATTEMPTS;

/** From where each may go, and what becomes of it there. */
const LEGAL: Record<Attempt, Partial<Record<RunStatus, RunStatus>>> = {
  // Another holder goes on where the last one was.
  takeRun: {
    queued: 'planning',
    planning: 'planning',
    'awaiting-approval': 'awaiting-approval',
    running: 'running',
  },
  startRunning: { planning: 'running', 'awaiting-approval': 'running' },
  succeedRun: { running: 'succeeded' },
  failRun: {
    queued: 'failed',
    planning: 'failed',
    'awaiting-approval': 'failed',
    running: 'failed',
  },
  cancelRun: {
    queued: 'cancelled',
    planning: 'cancelled',
    'awaiting-approval': 'cancelled',
    running: 'cancelled',
  },
};

const names = Object.keys(ATTEMPTS) as Attempt[];
const pairs = names.flatMap((name) =>
  STATUSES.map((from) => ({ name, from, to: LEGAL[name][from] })),
);

describe('a run', () => {
  test.for(pairs.filter(({ to }) => to !== undefined))(
    'goes from $from to $to by $name',
    ({ name, from, to }) => {
      const before = run({ status: from, lease: LEASE });
      const copy = structuredClone(before);
      expect(ATTEMPTS[name].go(before).status).toBe(to);
      expect(before).toEqual(copy);
    },
  );

  test.for(pairs.filter(({ to }) => to === undefined))(
    'does not go from $from by $name',
    ({ name, from }) => {
      const { to, go } = ATTEMPTS[name];
      expect(() => go(run({ status: from }))).toThrow(
        expect.objectContaining({
          code: 'ILLEGAL_TRANSITION',
          message: `Run run-1 cannot go from ${from} to ${to}.`,
        }),
      );
    },
  );

  test('is finished in the three states from which nothing leads on', () => {
    const finished = STATUSES.filter((status) => isRunFinished(run({ status })));
    expect(finished).toEqual(['succeeded', 'failed', 'cancelled']);
    expect(STATUSES.filter((status) => !finished.includes(status))).toEqual(UNFINISHED_RUN);
  });

  test('has a higher epoch with every holder, and begins once', () => {
    const queued = run({ status: 'queued', epoch: 0, startedAtMs: null });
    const first = takeRun(queued, { holder: 'a', expiresAtMs: 10 }, 1, 5);
    const second = takeRun(first, { holder: 'b', expiresAtMs: 30 }, 2, 20);
    expect(first).toMatchObject({ epoch: 1, startedAtMs: 5, lease: { holder: 'a' } });
    expect(second).toMatchObject({
      epoch: 2,
      clusterEpoch: 2,
      startedAtMs: 5,
      lease: { holder: 'b', expiresAtMs: 30 },
    });
  });

  test('keeps its lease as long as it is renewed, and not beyond its end', () => {
    const held = run({ lease: LEASE });
    expect(renewLease(held, 99).lease).toEqual({ holder: 'h', expiresAtMs: 99 });
    expect(releaseRun(held).lease).toBeNull();
    expect(renewLease(releaseRun(held), 99).lease).toBeNull();
    for (const end of [ATTEMPTS.succeedRun, ATTEMPTS.failRun, ATTEMPTS.cancelRun]) {
      expect(end.go(held)).toMatchObject({ lease: null, finishedAtMs: 7 });
    }
  });

  test('remembers the first request to cancel it', () => {
    const asked = requestCancel(requestCancel(run(), 5), 9);
    expect(asked).toMatchObject({ status: 'running', cancelRequestedAtMs: 5 });
  });
});
