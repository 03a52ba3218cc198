import { expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import type { VaultCall } from '../../../../src/secrets/vault/call.ts';
import { refusalOf, vaultAway } from '../../../../src/secrets/vault/failures.ts';
import { createSession } from '../../../../src/secrets/vault/session.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** A Vault as its tokens go, in a time of its own. */
function stage({ ttlMs = HOUR_MS as number | null, isRenewable = true, isOwn = true } = {}) {
  const clock = createVirtualClock();
  const world = {
    clock,
    logins: 0,
    calls: [] as string[],
    isAway: false,
    isRefusing: false,
    renewedTtlMs: ttlMs,
  };
  const send = async (call: VaultCall, token: string | null) => {
    world.calls.push(`${call.path} ${token}`);
    if (world.isAway) throw vaultAway('It is away.', 'test');
    if (world.isRefusing) throw refusalOf(call, 403, ['permission denied']);
    const auth = { client_token: token ?? '', lease_duration: (world.renewedTtlMs ?? 0) / 1_000 };
    return { isFound: true, body: { auth: { ...auth, renewable: isRenewable } } };
  };
  const logIn = async () => {
    if (world.isAway) throw vaultAway('It is away.', 'test');
    world.logins += 1;
    return { token: `token-${world.logins}`, ttlMs, isRenewable, isOwn };
  };
  const session = createSession({
    client: { send, close: () => {} },
    logIn,
    timeoutMs: 5_000,
    clock,
    log: silentLogger,
  });
  const token = () => clock.finish(session.token(new AbortController().signal));
  const renewals = () => world.calls.filter((call) => call.startsWith('auth/token/renew-self'));
  return { world, session, token, renewals };
}

it('logs in once for all who ask at the same time', async () => {
  const { world, session } = stage();
  const { signal } = new AbortController();
  const asked = Array.from({ length: 20 }, () => session.token(signal));
  expect(new Set(await world.clock.finish(Promise.all(asked)))).toEqual(new Set(['token-1']));
  expect(world.logins).toBe(1);
});

it('renews at two thirds of the time, again and again, with the same token', async () => {
  const { world, token, renewals } = stage();
  await token();
  await world.clock.advance((HOUR_MS * 2) / 3 - 1);
  expect(renewals()).toEqual([]);
  await world.clock.advance(24 * HOUR_MS);
  expect(renewals()).toHaveLength(36);
  expect(await token()).toBe('token-1');
});

it('waits days for a token of 768 hours, and looks at it once a day', async () => {
  const { world, token, renewals } = stage({ ttlMs: 768 * HOUR_MS });
  await token();
  await world.clock.advance(23 * HOUR_MS);
  expect(renewals()).toEqual([]);
  await world.clock.advance(10 * 24 * HOUR_MS);
  expect(renewals()).toHaveLength(10);
});

it('leaves a token alone that does not end', async () => {
  const { world, token } = stage({ ttlMs: null });
  await token();
  expect(world.clock.timersWaiting).toBe(0);
  await world.clock.advance(1_000 * HOUR_MS);
  expect(await token()).toBe('token-1');
});

it.each([
  { name: 'cannot be renewed', terms: { isRenewable: false }, change: {} },
  { name: 'is refused the renewal', terms: {}, change: { isRefusing: true } },
  { name: 'comes near its last end', terms: {}, change: { renewedTtlMs: HOUR_MS / 10 } },
])('logs in anew where a token $name, and tells so', async ({ terms, change }) => {
  const { world, session, token } = stage(terms);
  await token();
  let told = 0;
  session.onLogin(() => {
    told += 1;
  });
  Object.assign(world, change);
  await world.clock.advance((HOUR_MS * 2) / 3);
  expect(await token()).toBe('token-2');
  expect(told).toBe(1);
});

it('tries a renewal again while Vault is away, and keeps the token', async () => {
  const { world, token, renewals } = stage();
  await token();
  world.isAway = true;
  await world.clock.advance((HOUR_MS * 2) / 3 + 60_000);
  expect(renewals().length).toBeGreaterThan(5);
  world.isAway = false;
  await world.clock.advance(HOUR_MS);
  expect(await token()).toBe('token-1');
});

it('uses no token that ended while Vault was away', async () => {
  const { world, token } = stage();
  await token();
  world.isAway = true;
  await world.clock.advance(2 * HOUR_MS);
  await expect(token()).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' });
  world.isAway = false;
  expect(await token()).toBe('token-2');
});

it('leaves a token that lives to whoever it was refused, and replaces a dead one', async () => {
  const { world, session, token } = stage();
  const { signal } = new AbortController();
  const first = await token();
  expect(await world.clock.finish(session.tokenAfter(first, signal))).toBeUndefined();
  world.isRefusing = true;
  expect(await world.clock.finish(session.tokenAfter(first, signal))).toBe('token-2');
  // Who was refused with the old one finds the new one.
  expect(await world.clock.finish(session.tokenAfter(first, signal))).toBe('token-2');
  expect(world.logins).toBe(2);
});

it.each([
  { isOwn: true, revoked: ['auth/token/revoke-self token-1'] },
  { isOwn: false, revoked: [] },
])('takes back what it made itself when it is closed: $isOwn', async ({ isOwn, revoked }) => {
  const { world, session, token } = stage({ isOwn });
  await token();
  await world.clock.finish(session.close());
  expect(world.calls).toEqual(revoked);
  expect(world.clock.timersWaiting).toBe(0);
  await expect(token()).rejects.toBeInstanceOf(BiotopeError);
});

it('lets a caller go who gives up, and goes on for the others', async () => {
  const { world, session } = stage();
  const impatient = session.token(AbortSignal.abort(new Error('given up')));
  await expect(impatient).rejects.toThrow('given up');
  const patient = session.token(new AbortController().signal);
  expect(await world.clock.finish(patient)).toBe('token-1');
});
