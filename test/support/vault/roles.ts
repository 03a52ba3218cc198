import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { VaultRoot } from './root.ts';

/** An AppRole of a test's own. */
export interface TestRole {
  mount: string;
  roleId: string;
  newSecretId(): Promise<string>;
  /** In a wrapping token, which gives it out once. */
  newWrappedSecretId(): Promise<string>;
}

export async function testRole(root: VaultRoot, terms: object): Promise<TestRole> {
  const mount = `t${randomUUID()}`;
  await root.ask('POST', `sys/auth/${mount}`, { type: 'approle' });
  onTestFinished(() => root.ask('DELETE', `sys/auth/${mount}`));
  const role = `auth/${mount}/role/biotope`;
  await root.ask('POST', role, terms);
  const { data } = await root.ask('GET', `${role}/role-id`);
  return {
    mount,
    roleId: data.role_id,
    newSecretId: async () => (await root.ask('POST', `${role}/secret-id`, {})).data.secret_id,
    newWrappedSecretId: async () =>
      (await root.askWrapped('POST', `${role}/secret-id`)).wrap_info.token,
  };
}

/** Accessors of the tokens that live and have this policy. */
export async function tokensOf(root: VaultRoot, policy: string): Promise<TokenFacts[]> {
  const { data } = await root.ask('LIST', 'auth/token/accessors');
  const all = await Promise.all(
    data.keys.map((accessor: string) =>
      // One may have ended since they were listed.
      root.ask('POST', 'auth/token/lookup-accessor', { accessor }).catch(() => undefined),
    ),
  );
  return all.flatMap((one) => (one?.data.policies.includes(policy) ? [one.data] : []));
}

export interface TokenFacts {
  accessor: string;
  ttl: number;
  last_renewal_time?: number;
}
