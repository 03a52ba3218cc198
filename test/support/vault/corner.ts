import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { VaultRoot } from './root.ts';

/** A corner of a Vault that nobody else uses: an engine, and the policy that docs/vault.md gives Biotope. */
export interface VaultCorner {
  mount: string;
  policy: string;
  /** One that may do what the policy allows, and nothing else. */
  newToken(terms?: object): Promise<string>;
  remove(): Promise<void>;
}

export async function vaultCorner(root: VaultRoot): Promise<VaultCorner> {
  const mount = `t${randomUUID()}`;
  await root.ask('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } });
  await whenPrepared(root, mount);
  await root.ask('PUT', `sys/policies/acl/${mount}`, { policy: documentedPolicy(mount) });
  return {
    mount,
    policy: mount,
    newToken: async (terms = {}) => {
      const asked = { policies: [mount], ttl: '1h', ...terms };
      return (await root.ask('POST', 'auth/token/create-orphan', asked)).auth.client_token;
    },
    remove: async () => {
      await root.ask('DELETE', `sys/mounts/${mount}`);
      await root.ask('DELETE', `sys/policies/acl/${mount}`);
    },
  };
}

/** The first block of HCL on the page, for another mount. */
function documentedPolicy(mount: string): string {
  const page = readFileSync(new URL('../../../docs/vault.md', import.meta.url), 'utf8');
  const policy = /```hcl\n(?<policy>[^`]+)```/.exec(page)?.groups?.policy;
  if (policy === undefined) throw new Error('docs/vault.md has no policy');
  return policy.replaceAll('"secret/', `"${mount}/`);
}

/** A new engine answers only after a moment. */
async function whenPrepared(root: VaultRoot, mount: string): Promise<void> {
  for (;;) {
    const status = await root.askAs(root.token, 'GET', `${mount}/config`);
    if (status === 200) return;
    await pause(20);
  }
}
