import { expect, it } from 'vitest';
import { silentLogger } from '../../../../src/platform/logger.ts';
import type { VaultCall } from '../../../../src/secrets/vault/call.ts';
import { refusalOf, vaultAway } from '../../../../src/secrets/vault/failures.ts';
import { createLeased } from '../../../../src/secrets/vault/leased.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const PATH = 'rabbitmq/creds/biotope';
const HOUR_MS = 3_600_000;

/** An engine that gives a new user each time, in a time of its own. */
function stage() {
  const clock = createVirtualClock();
  const logins = new Set<() => void>();
  const world = {
    clock,
    users: 0,
    renewals: 0,
    changes: 0,
    isAway: false,
    isRevoked: false,
    ttlMs: HOUR_MS,
    logIn: () => {
      for (const listener of logins) listener();
    },
  };
  const ask = async (call: VaultCall) => {
    if (world.isAway) throw vaultAway('It is away.', 'test');
    const lease = { lease_duration: world.ttlMs / 1_000, renewable: true };
    if (call.path === PATH) {
      world.users += 1;
      world.isRevoked = false;
      const data = { username: `user-${world.users}`, password: 'p' };
      return { isFound: true, body: { ...lease, lease_id: `lease-${world.users}`, data } };
    }
    if (world.isRevoked) throw refusalOf(call, 400, ['lease not found']);
    world.renewals += 1;
    return { isFound: true, body: { ...lease, lease_id: call.body?.lease_id ?? '' } };
  };
  const session = {
    endsAtMs: () => null,
    onLogin: (listener: () => void) => {
      logins.add(listener);
      return () => logins.delete(listener);
    },
  };
  const leased = createLeased({ vault: { ask, session }, path: PATH, clock, log: silentLogger });
  leased.onChange(() => {
    world.changes += 1;
  });
  const user = async () => (await clock.finish(leased.read())).username;
  return { world, leased, user };
}

it('asks once for all who need them, and renews them as long as they may live', async () => {
  const { world, leased, user } = stage();
  const asked = Promise.all([leased.read(), leased.read(), leased.read()]);
  expect(new Set(await world.clock.finish(asked)).size).toBe(1);
  await world.clock.advance(10 * HOUR_MS);
  expect(await user()).toBe('user-1');
  expect(world).toMatchObject({ users: 1, renewals: 15, changes: 0 });
});

it('has others before the old ones may live no longer, and tells so', async () => {
  const { world, user } = stage();
  await user();
  world.ttlMs = HOUR_MS / 10;
  await world.clock.advance((HOUR_MS * 2) / 3);
  expect(await user()).toBe('user-2');
  expect(world.changes).toBe(1);
});

it('has others after a new login: those of the old token end with it', async () => {
  const { world, user } = stage();
  await user();
  world.logIn();
  await world.clock.settle();
  expect(await user()).toBe('user-2');
  expect(world.changes).toBe(1);
});

it('asks whether they live where somebody doubts it, and for others where they do not', async () => {
  const { world, leased, user } = stage();
  await user();
  leased.doubt();
  expect(await user()).toBe('user-1');
  world.isRevoked = true;
  expect(await user()).toBe('user-1');
  leased.doubt();
  expect(await user()).toBe('user-2');
});

it('keeps them while Vault is away, as long as they live', async () => {
  const { world, leased, user } = stage();
  await user();
  world.isAway = true;
  await world.clock.advance((HOUR_MS * 3) / 4);
  leased.doubt();
  expect(await user()).toBe('user-1');
  await world.clock.advance(HOUR_MS);
  await expect(user()).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' });
  world.isAway = false;
  expect(await user()).toBe('user-2');
});

it('waits for nothing once it is closed', async () => {
  const { world, leased, user } = stage();
  await user();
  leased.close();
  expect(world.clock.timersWaiting).toBe(0);
});
