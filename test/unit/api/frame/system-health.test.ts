import { expect, onTestFinished, test } from 'vitest';
import { createHealth } from '../../../../src/api/frame/health.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import { createFakeSystems } from '../../../support/fake-systems.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const SUBSYSTEMS = (['consul', 'keyvalue', 'secrets'] as const).map((name) => ({
  name,
  state: 'running' as const,
  sinceMs: 0,
}));

test('a system that is away is a warning with its breaker, and no reason to be unready', async () => {
  const clock = createVirtualClock();
  const store = createSqliteStore({ path: ':memory:', clock });
  onTestFinished(() => store.close());
  const systems = createFakeSystems(['consul', 'amqp'], { keyvalue: 'consul' });
  let statuses = systems.statuses();
  const health = createHealth({
    version: '1.0.0',
    instance: 'one',
    role: 'primary',
    store,
    engine: () => ({}),
    subsystems: () => SUBSYSTEMS,
    systems: () => statuses,
    clock,
  });
  const well = await health.report();
  expect(well).toMatchObject({
    status: 'pass',
    checks: { consul: [{ status: 'pass', breaker: 'closed' }] },
  });
  systems.goAway('consul');
  statuses = systems.statuses();
  const away = await health.report();
  expect(away).toMatchObject({
    status: 'warn',
    checks: {
      consul: [{ status: 'warn', breaker: 'open' }],
      keyvalue: [{ status: 'warn', componentType: 'datastore', breaker: 'open' }],
      secrets: [{ status: 'pass', breaker: null }],
      amqp: [{ status: 'pass', breaker: 'closed' }],
    },
  });
  expect(health.isReady()).toBe(true);
});
