import { describe, expect, test } from 'vitest';
import {
  type EnvironmentRecord,
  type EnvironmentStatus,
  loseHealth,
  regainHealth,
  settleDestroyed,
  settleFailed,
  settleOk,
  startDeploying,
  startDestroying,
  startValidating,
} from '../../../src/model/environment.ts';
import { environment as complete, failure } from '../../support/records.ts';

const environment = (status: EnvironmentStatus, facts: Partial<EnvironmentRecord> = {}) =>
  complete({ name: 'shop', status, lastRunId: 'run-1', ...facts });

const STATUSES: EnvironmentStatus[] = [
  'deploying',
  'validating',
  'ok',
  'failed',
  'destroying',
  'destroyed',
];

const ATTEMPTS = {
  startDeploying: { to: 'deploying', go: (from) => startDeploying(from, 'run-2') },
  startDestroying: { to: 'destroying', go: (from) => startDestroying(from, 'run-2') },
  startValidating: { to: 'validating', go: startValidating },
  settleOk: { to: 'ok', go: settleOk },
  settleFailed: { to: 'failed', go: (from) => settleFailed(from, failure('it broke')) },
  settleDestroyed: { to: 'destroyed', go: (from) => settleDestroyed(from, 77) },
} as const satisfies Record<
  string,
  { to: EnvironmentStatus; go: (from: EnvironmentRecord) => EnvironmentRecord }
>;

/** What runs may do, as the design says it. Health has its own rules below. */
const LEGAL: Record<keyof typeof ATTEMPTS, EnvironmentStatus[]> = {
  startDeploying: ['ok', 'failed', 'destroyed'],
  startDestroying: ['ok', 'failed'],
  startValidating: ['deploying'],
  settleOk: ['validating'],
  settleFailed: ['deploying', 'validating', 'destroying'],
  settleDestroyed: ['destroying'],
};

const names = Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[];
const pairs = names.flatMap((name) => STATUSES.map((from) => ({ name, from })));

describe('an environment', () => {
  test.for(pairs.filter(({ name, from }) => LEGAL[name].includes(from)))(
    'goes from $from by $name',
    ({ name, from }) => {
      const { to, go } = ATTEMPTS[name];
      const before = environment(from);
      const copy = structuredClone(before);
      expect(go(before).status).toBe(to);
      expect(before).toEqual(copy);
    },
  );

  test.for(pairs.filter(({ name, from }) => !LEGAL[name].includes(from)))(
    'does not go from $from by $name',
    ({ name, from }) => {
      const { to, go } = ATTEMPTS[name];
      expect(() => go(environment(from))).toThrow(
        expect.objectContaining({
          code: 'ILLEGAL_TRANSITION',
          message: `Environment shop cannot go from ${from} to ${to}.`,
        }),
      );
    },
  );

  test('names the run that holds it until it is settled', () => {
    const held = startDeploying(environment('ok', { failure: failure('old') }), 'run-2');
    expect(held).toMatchObject({ activeRunId: 'run-2', lastRunId: 'run-2', failure: null });
    const validating = startValidating(held);
    expect(validating.activeRunId).toBe('run-2');
    expect(settleOk(validating)).toMatchObject({ activeRunId: null, lastRunSucceeded: true });
    expect(settleFailed(validating, failure('silent'))).toMatchObject({
      activeRunId: null,
      lastRunSucceeded: false,
      lastRunId: 'run-2',
      failure: { message: 'silent' },
    });
  });

  test('shows nothing to the outside once it is destroyed', () => {
    const gone = settleDestroyed(
      environment('destroying', {
        outputs: { url: 'http://x' },
        entrypoints: [{ name: 'main', description: '', url: 'http://x' }],
        resourceCount: 3,
      }),
      77,
    );
    expect(gone).toMatchObject({
      outputs: {},
      entrypoints: [],
      resourceCount: 0,
      destroyedAtMs: 77,
      activeRunId: null,
    });
  });
});

describe('the health of an environment', () => {
  test.for(STATUSES)('is lost from ok alone: %s', (from) => {
    const before = environment(from);
    const after = loseHealth(before, failure('web is silent'));
    if (from !== 'ok') return expect(after).toBe(before);
    expect(after).toMatchObject({ status: 'failed', failure: { message: 'web is silent' } });
    // It is no run that failed: health may come back.
    expect(after.lastRunSucceeded).toBe(true);
  });

  test.for(STATUSES)('comes back from failed alone: %s', (from) => {
    const before = environment(from, { failure: failure('web is silent') });
    const after = regainHealth(before);
    if (from !== 'failed') return expect(after).toBe(before);
    expect(after).toMatchObject({ status: 'ok', failure: null });
  });

  test('does not come back to an environment whose last run failed', () => {
    const failed = settleFailed(environment('deploying'), failure('it broke'));
    expect(regainHealth(failed)).toBe(failed);
  });
});
