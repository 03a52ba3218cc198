import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Host } from '../../platform/https/https.ts';
import type { Logger } from '../../platform/logger.ts';
import type { VaultCall } from './call.ts';
import { createVaultClient, type VaultClient, type VaultReply } from './client.ts';
import { isForbidden, vaultAway } from './failures.ts';
import { createLogIn, type LoginSettings } from './logins.ts';
import { createSession, type Session } from './session.ts';

export interface VaultSettings {
  /** `https://vault.example.com:8200` */
  url: string;
  namespace: string | null;
  login: LoginSettings;
  callTimeoutMs: number;
}

/** One Vault (or OpenBao), asked as one identity. Nothing is asked before somebody needs it. */
export interface Vault {
  /**
   * Asks with the token of the session. Where that is dead it logs in once and asks again. Rejects with
   * SYSTEM_UNAVAILABLE, SYSTEM_FORBIDDEN and SYSTEM_REFUSED; no error holds a value.
   */
  ask(call: VaultCall, signal?: AbortSignal): Promise<VaultReply>;
  breaker: Pick<Breaker, 'state' | 'watch'>;
  session: Pick<Session, 'endsAtMs' | 'onLogin'>;
  close(): Promise<void>;
}

export interface VaultTerms {
  settings: VaultSettings;
  /** Made with the probe that asks whether Vault is unsealed, has an active node and lets us in. */
  breaker(probe: (signal: AbortSignal) => Promise<void>): Breaker;
  /** The process's environment: a proxy, and whom it trusts. */
  host: Host;
  clock: Clock;
  log: Logger;
}

export function createVault({ settings, host, clock, log, ...terms }: VaultTerms): Vault {
  const { callTimeoutMs: timeoutMs } = settings;
  const client = createVaultClient({ ...settings, host, clock });
  const logIn = createLogIn(settings.login);
  const session = createSession({ client, logIn, timeoutMs, clock, log });
  const breaker = terms.breaker(async (signal) => {
    await demandReady(client, signal);
    await session.token(signal);
  });
  return {
    ask: (call, signal) =>
      breaker.call((until) => askOnceMore({ client, session }, call, until), { signal }),
    breaker,
    session,
    close: async () => {
      breaker.close();
      await session.close();
      client.close();
    },
  };
}

async function askOnceMore(
  { client, session }: { client: VaultClient; session: Session },
  call: VaultCall,
  signal: AbortSignal,
): Promise<VaultReply> {
  if (call.token !== undefined) return client.send(call, call.token, signal);
  const token = await session.token(signal);
  try {
    return await client.send(call, token, signal);
  } catch (error) {
    const other = isForbidden(error) ? await session.tokenAfter(token, signal) : undefined;
    if (other === undefined) throw error;
    return client.send(call, other, signal);
  }
}

/** A standby passes on what it is asked, so it is as good as the active node. */
async function demandReady(client: VaultClient, signal: AbortSignal): Promise<void> {
  const query = { standbyok: 'true', perfstandbyok: 'true', sealedcode: '200', uninitcode: '200' };
  const call = { path: 'sys/health', query, needs: 'read' as const };
  const { body } = await client.send(call, null, signal);
  if (body.initialized === false) throw vaultAway('Vault was never initialised.', 'uninitialised');
  if (body.sealed !== false) throw vaultAway('Vault is sealed.', 'sealed');
}
