import { messageOf } from '../../model/thrown.ts';
import { withinTime } from '../../platform/breaker/within-time.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { orAborted } from '../../platform/network/failures.ts';
import type { VaultClient } from './client.ts';
import { isRefusal, vaultAway } from './failures.ts';
import { type Grant, grantOf, type LogIn } from './login.ts';

/**
 * The token that Vault is asked with. States:
 *
 *   out -> entering -> in -> renewing -> in
 *                      in | renewing -> entering (refused, not renewable, or near its last end) -> in | out
 *                      in | renewing -> out (it ended, and nobody could be asked)
 *
 * Whoever needs a token while there is none waits for the one login that is under way, or begins it.
 */
export interface Session {
  token(signal: AbortSignal): Promise<string>;
  /**
   * Somebody was refused with that token: another one, where it is dead; undefined where it lives, so
   * that it is its policies that refuse.
   */
  tokenAfter(token: string, signal: AbortSignal): Promise<string | undefined>;
  /** When the token in use ends if nobody renews it, by the monotonic clock; null: never, or none. */
  endsAtMs(): number | null;
  /** Calls back after each login but the first: what belongs to the old token ends with it. */
  onLogin(listener: () => void): () => void;
  /** Takes back the token, if it was made for this process. */
  close(): Promise<void>;
}

interface Held extends Grant {
  /** What it had in the beginning. */
  firstTtlMs: number | null;
  endsAtMs: number | null;
}

interface Dependencies {
  client: VaultClient;
  logIn: LogIn;
  /** For one request. */
  timeoutMs: number;
  clock: Clock;
  log: Logger;
}

const RENEW_MIN_MS = 1_000;

/** However long it lives: so that a policy that was taken away is noticed. */
const RENEW_MAX_MS = 24 * 3_600_000;

/** After a renewal to which nobody answered. */
const AGAIN_MS = 5_000;

const REVOKE_MAX_MS = 2_000;

export function createSession(dependencies: Dependencies): Session {
  const { client, logIn, timeoutMs, clock, log } = dependencies;
  const ended = new AbortController();
  const listeners = new Set<() => void>();
  let held: Held | undefined;
  let entering: Promise<Held> | undefined;
  let timer: Timer | undefined;
  let isFirst = true;

  const within = <T>(ms: number, work: (signal: AbortSignal) => Promise<T>) => {
    const late = () => vaultAway(`Vault did not answer within ${ms} ms.`, 'timeout');
    return withinTime(work, { clock, timeoutMs: ms, late });
  };

  function enter(): Promise<Held> {
    entering ??= logInOnce().finally(() => {
      entering = undefined;
    });
    return entering;
  }

  async function logInOnce(): Promise<Held> {
    ended.signal.throwIfAborted();
    timer?.cancel();
    try {
      const grant = await within(timeoutMs, (signal) => logIn(client, signal));
      const next = hold(grant, grant.ttlMs);
      log.info({ system: 'vault', ttlMs: grant.ttlMs }, 'logged in to Vault');
      if (!isFirst) for (const listener of [...listeners]) listener();
      isFirst = false;
      return next;
    } catch (error) {
      log.warn({ system: 'vault', reason: messageOf(error) }, 'could not log in to Vault');
      throw error;
    }
  }

  function hold(grant: Grant, firstTtlMs: number | null): Held {
    const { ttlMs } = grant;
    held = { ...grant, firstTtlMs, endsAtMs: ttlMs === null ? null : clock.monotonicMs() + ttlMs };
    if (ttlMs !== null) wait(Math.max(RENEW_MIN_MS, (ttlMs * 2) / 3));
    return held;
  }

  function wait(delayMs: number): void {
    timer?.cancel();
    if (ended.signal.aborted) return;
    timer = clock.setTimer(Math.min(delayMs, RENEW_MAX_MS), () => void keepAlive());
  }

  /** Never rejects. */
  async function keepAlive(): Promise<void> {
    if (held === undefined || isOver(held)) {
      held = undefined;
      return;
    }
    try {
      const next = held.isRenewable ? await renew(held) : undefined;
      if (next === undefined || isNearLastEnd(next)) await enter();
    } catch (error) {
      log.warn({ system: 'vault', reason: messageOf(error) }, 'a token of Vault was not renewed');
      wait(AGAIN_MS);
    }
  }

  /** Undefined where it is refused. */
  async function renew({ token, isOwn, firstTtlMs }: Held): Promise<Held | undefined> {
    const call = { path: 'auth/token/renew-self', body: {}, needs: 'update' as const };
    try {
      const { body } = await within(timeoutMs, (signal) => client.send(call, token, signal));
      return hold({ ...grantOf(body), isOwn }, firstTtlMs);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  const isOver = ({ endsAtMs }: Held) => endsAtMs !== null && endsAtMs <= clock.monotonicMs();

  async function lives(token: string): Promise<boolean> {
    const call = { path: 'auth/token/lookup-self', needs: 'read' as const };
    try {
      await within(timeoutMs, (signal) => client.send(call, token, signal));
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  const token = async (signal: AbortSignal) => {
    if (held !== undefined && !isOver(held)) return held.token;
    return (await orAborted(enter(), signal)).token;
  };

  return {
    token,
    tokenAfter: async (refused, signal) => {
      if (held?.token === refused) {
        if (await orAborted(lives(refused), signal)) return undefined;
        if (held?.token === refused) held = undefined;
      }
      return token(signal);
    },
    endsAtMs: () => held?.endsAtMs ?? null,
    onLogin: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      if (ended.signal.aborted) return;
      ended.abort(vaultAway('The connection to Vault was closed.', 'closed'));
      timer?.cancel();
      await entering?.catch(() => {});
      const last = held;
      held = undefined;
      if (last === undefined || !last.isOwn) return;
      const call = { path: 'auth/token/revoke-self', body: {}, needs: 'update' as const };
      await within(REVOKE_MAX_MS, (signal) => client.send(call, last.token, signal)).catch(() => {
        log.debug({ system: 'vault' }, 'the token could not be taken back: it ends by itself');
      });
    },
  };
}

/** A renewal gives less than a login did where the token may not live longer: a new one is due. */
function isNearLastEnd({ ttlMs, firstTtlMs }: Held): boolean {
  return ttlMs !== null && firstTtlMs !== null && ttlMs < firstTtlMs / 2;
}
