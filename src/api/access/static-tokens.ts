import { hash, timingSafeEqual } from 'node:crypto';
import type { TokenConfig } from '../../config/access.ts';
import type { Principal } from '../../model/access.ts';

/** Whose token it is; undefined: nobody's. */
export type FindPrincipal = (token: string) => Principal | undefined;

/**
 * Tokens are long random texts, so a plain digest of one tells nothing of it. All are compared, each in
 * a time that says nothing of how much is alike.
 */
export function createStaticTokens(tokens: readonly TokenConfig[]): FindPrincipal {
  const known = tokens.map(({ name, role, environments, hash: text }) => ({
    digest: Buffer.from(text.replace('sha256:', ''), 'hex'),
    principal: { name, role, tags: environments?.tags ?? null },
  }));
  return (token) => {
    const digest = hash('sha256', token, 'buffer');
    let found: Principal | undefined;
    for (const one of known) {
      if (timingSafeEqual(one.digest, digest)) found = one.principal;
    }
    return found;
  };
}
