import { hash } from 'node:crypto';

/** What a test sends instead of a token that `biotope token new` made. */
export function tokenOf(name: string): string {
  return `biotope_${hash('sha256', `token of ${name}`, 'base64url')}`;
}

interface Settings {
  name: string;
  role: 'viewer' | 'operator' | 'admin';
  environments?: { tags: string[] };
}

/** `BIOTOPE_ACCESS_TOKENS` for callers of these names and roles. */
export function accessTokens(callers: readonly Settings[]): Record<string, string> {
  const tokens = callers.map((caller) => ({
    ...caller,
    hash: `sha256:${hash('sha256', tokenOf(caller.name))}`,
  }));
  return { BIOTOPE_ACCESS_TOKENS: JSON.stringify(tokens) };
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
