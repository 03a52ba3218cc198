import { isBiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { messageOf } from '../../model/thrown.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { isRefusal, vaultAway } from './failures.ts';
import { ttlMsOf } from './login.ts';
import type { Vault } from './vault.ts';

/**
 * Credentials that an engine of Vault makes for this process, for as long as it holds their lease. States:
 *
 *   none -> asking -> held -> renewing -> held
 *                     held | renewing -> asking (not renewable, refused, near their last end, a new login)
 *                     held | renewing -> none (they ended, and nobody could be asked)
 *
 * New ones are there before the old ones end: those live on until their own time is up.
 */
export interface Leased {
  /** Those of now. Rejects with SYSTEM_UNAVAILABLE, SYSTEM_FORBIDDEN and SYSTEM_REFUSED. */
  read(): Promise<JsonObject>;
  /** Somebody was refused with them: the next `read` asks Vault whether they live, and for new ones. */
  doubt(): void;
  /** Calls back once others are there in their place. Returns how to hear no more. */
  onChange(listener: () => void): () => void;
  close(): void;
}

interface Lease {
  data: JsonObject;
  id: string;
  ttlMs: number | null;
  firstTtlMs: number | null;
  endsAtMs: number | null;
  isRenewable: boolean;
}

interface Dependencies {
  vault: Pick<Vault, 'ask' | 'session'>;
  /** `rabbitmq/creds/biotope` */
  path: string;
  clock: Clock;
  log: Logger;
}

const RENEW_MIN_MS = 1_000;
const RENEW_MAX_MS = 24 * 3_600_000;
const AGAIN_MS = 5_000;

export function createLeased({ vault, path, clock, log }: Dependencies): Leased {
  const listeners = new Set<() => void>();
  let held: Lease | undefined;
  let asking: Promise<Lease> | undefined;
  let timer: Timer | undefined;
  let isDoubtful = false;
  let isClosed = false;

  const isOver = ({ endsAtMs }: Lease) => endsAtMs !== null && endsAtMs <= clock.monotonicMs();

  function ask(): Promise<Lease> {
    asking ??= askOnce().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function askOnce(): Promise<Lease> {
    if (isClosed) throw vaultAway('The connection to Vault was closed.', 'closed');
    const { body } = await vault.ask({ path, needs: 'read' });
    const ttlMs = ttlMsOf(body.lease_duration);
    const isFirst = held === undefined;
    const next = hold({
      data: isJsonObject(body.data) ? body.data : {},
      id: typeof body.lease_id === 'string' ? body.lease_id : '',
      ttlMs,
      firstTtlMs: ttlMs,
      isRenewable: body.renewable === true,
    });
    log.info({ path, ttlMs }, 'Vault made credentials');
    if (!isFirst) for (const listener of [...listeners]) listener();
    return next;
  }

  function hold(lease: Omit<Lease, 'endsAtMs'>): Lease {
    const { ttlMs } = lease;
    held = { ...lease, endsAtMs: ttlMs === null ? null : clock.monotonicMs() + ttlMs };
    isDoubtful = false;
    timer?.cancel();
    if (ttlMs !== null) wait(Math.max(RENEW_MIN_MS, (ttlMs * 2) / 3));
    return held;
  }

  function wait(delayMs: number): void {
    timer?.cancel();
    if (!isClosed) timer = clock.setTimer(Math.min(delayMs, RENEW_MAX_MS), () => void keepAlive());
  }

  /** Never rejects. */
  async function keepAlive(): Promise<void> {
    if (held === undefined) return;
    try {
      const next = isOver(held) ? undefined : await renew(held);
      if (next === undefined || isNearLastEnd(next)) await ask();
    } catch (error) {
      log.warn({ path, reason: messageOf(error) }, 'credentials from Vault were not renewed');
      wait(AGAIN_MS);
    }
  }

  /** Undefined where they cannot be. */
  async function renew({ id, data, firstTtlMs, isRenewable }: Lease): Promise<Lease | undefined> {
    if (!isRenewable) return undefined;
    try {
      const call = { path: 'sys/leases/renew', body: { lease_id: id }, needs: 'update' as const };
      const { body } = await vault.ask(call);
      return hold({
        id,
        data,
        firstTtlMs,
        ttlMs: ttlMsOf(body.lease_duration),
        isRenewable: body.renewable === true,
      });
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  async function read(): Promise<JsonObject> {
    if (held === undefined || isOver(held)) return (await ask()).data;
    const { data } = held;
    if (!isDoubtful) return data;
    try {
      return ((await renew(held)) ?? (await ask())).data;
    } catch (error) {
      // Nobody says that they are dead.
      if (isBiotopeError(error, 'SYSTEM_UNAVAILABLE')) return data;
      throw error;
    }
  }

  // Those of the old token end with it.
  const leaveSession = vault.session.onLogin(() => {
    if (held !== undefined) ask().catch(() => wait(AGAIN_MS));
  });

  return {
    read,
    doubt: () => {
      isDoubtful = true;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      isClosed = true;
      timer?.cancel();
      leaveSession();
    },
  };
}

/** A renewal gives less than the beginning did where they may not live longer: new ones are due. */
function isNearLastEnd({ ttlMs, firstTtlMs }: Lease): boolean {
  return ttlMs !== null && firstTtlMs !== null && ttlMs < firstTtlMs / 2;
}
