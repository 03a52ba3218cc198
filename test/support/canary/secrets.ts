import { randomBytes } from 'node:crypto';

/**
 * In every planted secret, three times: whoever finds it found a secret, or a third of one that was
 * cut. Letters and digits alone, so that it looks the same inside JSON and inside an address.
 */
export const MARK = 'Kn4ryZq7';

/**
 * A secret to be planted. What stands between its marks looks different in JSON, in addresses and in
 * what Terraform prints: whoever redacts one form only leaves the others.
 */
export function plantedSecret(): string {
  const part = () => `${MARK}${randomBytes(4).toString('hex')}`;
  return `${part()}"<é&${part()}/+ %\\${part()}`;
}

/** Pieces of a secret that nobody planted; long enough to appear nowhere by chance. */
export function piecesOf(secret: string): string[] {
  const size = Math.min(12, secret.length);
  const last = secret.length - size;
  return [...new Set([0, Math.floor(last / 2), last])].map((at) => secret.slice(at, at + size));
}
