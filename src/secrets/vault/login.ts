import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { VaultClient } from './client.ts';
import { vaultAway } from './failures.ts';

/** What a login gives. */
export interface Grant {
  token: string;
  /** Null: it does not end. */
  ttlMs: number | null;
  isRenewable: boolean;
  /** It was made for this process, which takes it back in the end. */
  isOwn: boolean;
}

/** Rejects with SYSTEM_UNAVAILABLE where there is nobody to ask, or where the login is refused. */
export type LogIn = (client: VaultClient, signal: AbortSignal) => Promise<Grant>;

/** Of `auth`, as logins and renewals answer it. */
export function grantOf({ auth }: JsonObject): Grant {
  const {
    client_token: token,
    lease_duration: seconds,
    renewable,
  } = isJsonObject(auth) ? auth : {};
  if (typeof token !== 'string' || token === '') {
    throw vaultAway('Vault answers a login without a token.', 'login');
  }
  return { token, ttlMs: ttlMsOf(seconds), isRenewable: renewable === true, isOwn: true };
}

export function ttlMsOf(seconds: unknown): number | null {
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : null;
}
