import { isJsonObject } from '../../model/json.ts';
import type { Vault } from './vault.ts';

export interface Examination {
  /** As Vault tells it; null: it does not. */
  version: string | null;
  /** How long the token lives if nobody renews it; null: without an end. */
  ttlMs: number | null;
  isRenewable: boolean;
  /** What its policies do not allow: `read on secret/data/biotope/…`. */
  missing: string[];
}

/**
 * Asks what the token may, and changes nothing. Rejects with SYSTEM_UNAVAILABLE where Vault is away,
 * sealed or does not let it in.
 */
export async function examineVault(
  vault: Pick<Vault, 'ask'>,
  { mount, prefix }: { mount: string; prefix: string },
): Promise<Examination> {
  const needed: Record<string, readonly string[]> = {
    [`${mount}/data/${prefix}/x`]: ['create', 'read', 'update'],
    [`${mount}/metadata/${prefix}/x`]: ['create', 'read', 'update', 'list'],
    [`${mount}/destroy/${prefix}/x`]: ['update'],
  };
  const paths = Object.keys(needed);
  const asked = { path: 'sys/capabilities-self', body: { paths }, needs: 'update' as const };
  const allowed = await dataOf(vault.ask(asked));
  const missing = paths.flatMap((path) => {
    const has = Array.isArray(allowed[path]) ? allowed[path] : [];
    const wants = needed[path]?.filter((right) => !has.includes(right) && !has.includes('root'));
    return (wants ?? []).map((right) => `${right} on ${path.replace(/x$/, '*')}`);
  });
  const own = await dataOf(vault.ask({ path: 'auth/token/lookup-self', needs: 'read' }));
  const { body: health } = await vault.ask({ path: 'sys/health', needs: 'read' });
  const seconds = typeof own.ttl === 'number' ? own.ttl : 0;
  return {
    version: typeof health.version === 'string' ? health.version : null,
    ttlMs: seconds > 0 ? seconds * 1_000 : null,
    isRenewable: own.renewable === true,
    missing,
  };
}

async function dataOf(answer: ReturnType<Vault['ask']>) {
  const { data } = (await answer).body;
  return isJsonObject(data) ? data : {};
}
