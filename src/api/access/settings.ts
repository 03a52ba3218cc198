import type { TokenConfig } from '../../config/access.ts';

/**
 * How callers are made out. `open`: it answers on this machine alone, and whoever works on it may do
 * everything. `tokens`: everybody brings one.
 */
export type AccessSettings = { mode: 'open' } | { mode: 'tokens'; tokens: readonly TokenConfig[] };
