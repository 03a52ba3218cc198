import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { HttpsFailure } from '../../platform/https/failure.ts';
import type { VaultCall } from './call.ts';

/**
 * What Vault answers, as errors of ours. Its own words may quote what it was sent: some of them are
 * known and understood, none is passed on.
 */
export function vaultAway(message: string, reason: string): BiotopeError {
  return new BiotopeError('SYSTEM_UNAVAILABLE', { message, facts: { system: 'vault', reason } });
}

/** No answer could be had. */
export function silenceOf(error: unknown): BiotopeError {
  if (isBiotopeError(error)) return error;
  const why = error instanceof HttpsFailure ? error.message : 'the connection failed';
  return vaultAway(`Vault cannot be reached: ${why}.`, 'unreachable');
}

/** Neither a fault of Vault nor of the request: it is not this node's turn, or not yet. */
const NOT_NOW = new Set([412, 429, 472, 473]);

/** It answered, and not with what was asked for. */
export function refusalOf(call: VaultCall, status: number, words: readonly string[]): BiotopeError {
  if (says(words, /\bsealed\b/i) && status === 503) {
    return vaultAway('Vault is sealed. It goes on once somebody unseals it.', 'sealed');
  }
  if (says(words, /^Upgrading from non-versioned/)) {
    return vaultAway('Vault prepares its key-value engine.', 'preparing');
  }
  if (status >= 500 || NOT_NOW.has(status) || (status >= 300 && status < 400)) {
    return vaultAway(`Vault cannot do its work now: it answers ${status}.`, `status ${status}`);
  }
  const { path, needs } = call;
  const facts = { refusedBy: 'vault', status, path, isConflict: isConflict(status, words) };
  if (status === 403) {
    return new BiotopeError('SYSTEM_FORBIDDEN', {
      message: `Vault refuses what its token may not do: the token needs ${needs} on ${path}.`,
      remedy: 'Allow it in a policy of that token; docs/vault.md has the one that is needed.',
      facts: { ...facts, right: needs },
    });
  }
  const message = `Vault does not take a request for ${path}: ${whyNot(status, words)}.`;
  return new BiotopeError('SYSTEM_REFUSED', { message, facts });
}

function whyNot(status: number, words: readonly string[]): string {
  if (status === 404) return 'it has no engine there';
  if (status === 413 || says(words, /too large/i)) return 'it is too large';
  return `it answers ${status}`;
}

function isConflict(status: number, words: readonly string[]): boolean {
  return status === 400 && says(words, /check-and-set/);
}

function says(words: readonly string[], pattern: RegExp): boolean {
  return words.some((word) => pattern.test(word));
}

/** It answers, and not as asked: not for want of an answer. */
export function isRefusal(error: unknown): error is BiotopeError {
  return isBiotopeError(error) && error.facts.refusedBy === 'vault';
}

/** Somebody else wrote meanwhile. */
export function isConflictOfVersions(error: unknown): boolean {
  return isRefusal(error) && error.facts.isConflict === true;
}

/** For want of a capability, or because the token is none any more: Vault does not tell which. */
export function isForbidden(error: unknown): boolean {
  return isRefusal(error) && error.code === 'SYSTEM_FORBIDDEN';
}
