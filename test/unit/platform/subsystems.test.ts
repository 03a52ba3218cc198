import { expect, test } from 'vitest';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createSubsystems } from '../../../src/platform/subsystems.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

function recorded() {
  const told: string[] = [];
  const subsystems = createSubsystems({ clock: createVirtualClock(), log: silentLogger });
  const start = (name: string, end?: () => void) =>
    subsystems.start(
      name,
      () => told.push(`+${name}`),
      () => {
        end?.();
        told.push(`-${name}`);
      },
    );
  return { told, subsystems, start };
}

test('parts end in the reverse of the order in which they were begun', async () => {
  const { told, subsystems, start } = recorded();
  for (const name of ['store', 'engine', 'api']) await start(name);
  await subsystems.stop();
  expect(told).toEqual(['+store', '+engine', '+api', '-api', '-engine', '-store']);
  expect(subsystems.statuses().map(({ state }) => state)).toEqual(Array(3).fill('stopped'));
});

test('a part that cannot begin is told as failed, and the parts before it can be ended', async () => {
  const { told, subsystems, start } = recorded();
  await start('store');
  const refused = subsystems.start(
    'api',
    () => {
      throw new Error('the port is taken');
    },
    () => told.push('-api'),
  );
  await expect(refused).rejects.toThrow('the port is taken');
  expect(subsystems.statuses()).toMatchObject([
    { name: 'store', state: 'running' },
    { name: 'api', state: 'failed' },
  ]);
  await subsystems.stop();
  expect(told).toEqual(['+store', '-store']);
});

test('a part that cannot be ended keeps none of the others, and is told in the end', async () => {
  const { told, subsystems, start } = recorded();
  await start('store');
  await start('engine', () => {
    throw new Error('it hangs');
  });
  await expect(subsystems.stop()).rejects.toThrow('it hangs');
  expect(told).toContain('-store');
  expect(subsystems.statuses()).toMatchObject([{ state: 'stopped' }, { state: 'failed' }]);
});

test('stopping twice ends each part once', async () => {
  const { told, subsystems, start } = recorded();
  await start('store');
  await Promise.all([subsystems.stop(), subsystems.stop()]);
  expect(told).toEqual(['+store', '-store']);
});
