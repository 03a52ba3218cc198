import { messageOf } from '../../model/thrown.ts';
import type { Logger } from '../../platform/logger.ts';
import { grantOf } from './login.ts';
import type { Vault } from './vault.ts';

export interface ChildTokenSettings {
  /** What each may do. The token of this process has to have these as well, but where a role is named. */
  policies: readonly string[];
  ttlMs: number;
  /** A role of Vault's token engine that says which policies may be asked for. */
  role: string | null;
}

/** Of whom the token is, for Vault's own audit log. */
interface Holder {
  environment: string;
  address: string;
  stepId: string;
}

/**
 * Tokens for the providers of one step of Terraform: children of the one that this process has, so that
 * they end with it at the latest, with policies of their own and a bound on their time.
 */
export function createChildTokens({
  vault,
  url,
  namespace,
  settings,
  log,
}: {
  vault: Pick<Vault, 'ask'>;
  url: string;
  namespace: string | null;
  settings: ChildTokenSettings;
  log: Logger;
}) {
  const { policies, ttlMs, role } = settings;
  const path = role === null ? 'auth/token/create' : `auth/token/create/${role}`;
  return {
    name: 'VAULT_TOKEN',
    make: async ({ environment, address, stepId }: Holder, signal: AbortSignal) => {
      const ttl = `${Math.ceil(ttlMs / 1_000)}s`;
      const body = {
        policies: [...policies],
        ttl,
        explicit_max_ttl: ttl,
        renewable: false,
        no_default_policy: false,
        display_name: 'biotope-step',
        meta: { environment, resource: address, step: stepId },
      };
      const answer = await vault.ask({ path, body, needs: 'create and update' }, signal);
      const { token } = grantOf(answer.body);
      return {
        variables: {
          VAULT_TOKEN: token,
          VAULT_ADDR: url,
          // It is one for this step already: the provider need not make another.
          TERRAFORM_VAULT_SKIP_CHILD_TOKEN: 'true',
          ...(namespace === null ? {} : { VAULT_NAMESPACE: namespace }),
        },
        end: () => end(token, stepId),
      };
    },
  };

  async function end(token: string, stepId: string): Promise<void> {
    try {
      await vault.ask({ path: 'auth/token/revoke-self', body: {}, needs: 'update', token });
    } catch (error) {
      log.warn(
        { step: stepId, reason: messageOf(error) },
        'the token of a step was not taken back: it ends by itself',
      );
    }
  }
}
