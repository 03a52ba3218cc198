import { createHmac } from 'node:crypto';
import type { SecretValue } from '../platform/secret-value.ts';

/** As Standard Webhooks writes secrets: this, and base64 behind it. */
const PREFIX = 'whsec_';

const KEY_BYTES_MIN = 16;

/** The key that a secret stands for; a text without the prefix is one as it is. Undefined: too short. */
export function keyOf(secret: string): Buffer | undefined {
  const text = secret.trim();
  const key = text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text);
  return key.byteLength < KEY_BYTES_MIN ? undefined : key;
}

export interface Signed {
  messageId: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: string;
}

/** The headers of Standard Webhooks: a signature for each secret, so that one can follow another. */
export function signedHeaders(
  { messageId, timestamp, body }: Signed,
  secrets: readonly SecretValue[],
): Record<string, string> {
  const signatures = secrets.flatMap((secret) => {
    const key = keyOf(secret.reveal());
    if (key === undefined) return [];
    const text = `${messageId}.${timestamp}.${body}`;
    return [`v1,${createHmac('sha256', key).update(text).digest('base64')}`];
  });
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
