import { expect, onTestFinished, test } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createFakeSystems } from '../../support/fake-systems.ts';
import { openRoom } from '../../support/room.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';

async function open(brought: { store?: Store; clock?: VirtualClock } = {}) {
  const systems = createFakeSystems(['consul']);
  const room = await openRoom({ ...brought, context: { ...brought, systems } });
  const told = async () => {
    const events = await room.context.store.events({ scope: '@systems', limit: 100 });
    return events.map(({ event }) => [event.type, event.data.system, event.data.holder]);
  };
  return { systems, room, told };
}

test('a system that goes away and comes back is an event each, of no environment', async () => {
  const { systems, room, told } = await open();
  systems.goAway('consul');
  systems.goAway('consul');
  await room.clock.settle();
  systems.comeBack('consul');
  await room.clock.settle();
  expect(await told()).toEqual([
    ['breaker.opened', 'consul', 'room'],
    ['breaker.closed', 'consul', 'room'],
  ]);
});

test('what happened while the store was away is told when it is back, in order', async () => {
  const clock = createVirtualClock();
  const store = createSqliteStore({ path: ':memory:', clock });
  onTestFinished(() => store.close());
  let isAway = true;
  const commit: Store['commit'] = async (transaction) => {
    if (isAway) throw new BiotopeError('STORE_UNAVAILABLE', { message: 'it is away' });
    return store.commit(transaction);
  };
  const { systems, told } = await open({ clock, store: { ...store, commit } });
  systems.goAway('consul');
  systems.comeBack('consul');
  await clock.advance(5_000);
  expect(await told()).toEqual([]);
  isAway = false;
  await clock.advance(1_000);
  expect((await told()).map(([type]) => type)).toEqual(['breaker.opened', 'breaker.closed']);
});
