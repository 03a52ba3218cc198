import type { OidcConfig, TokenConfig } from '../../config/access.ts';
import type { RateLimits } from './rate-limit.ts';

/** Whose tokens are taken besides those of the configuration. */
export interface OidcSettings extends OidcConfig {
  issuer: string;
  audience: string;
  jwksUrl: string;
}

/**
 * How callers are made out. `open`: it answers on this machine alone, and whoever works on it may do
 * everything. `tokens`: everybody brings one.
 */
export type AccessSettings =
  | { mode: 'open' }
  | {
      mode: 'tokens';
      tokens: readonly TokenConfig[];
      oidc: OidcSettings | null;
      limits: RateLimits;
    };
