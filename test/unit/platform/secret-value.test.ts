import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { REDACTED, SecretValue } from '../../../src/platform/secret-value.ts';

const CANARY = 'canary-4711';
const secret = new SecretValue(CANARY);

const SHOWN: Record<string, () => string> = {
  'as text': () => `${secret}`,
  'joined to text': () => ['url', secret].join('='),
  'turned into text': () => String(secret),
  'as JSON': () => JSON.stringify({ nested: [secret] }),
  inspected: () => inspect(secret),
  'inspected with everything hidden': () =>
    inspect({ secret }, { showHidden: true, depth: 10, getters: true }),
  formatted: () => format('%s %o %O %j', secret, secret, secret, { secret }),
  'inside an error': () => inspect(new Error('x', { cause: { secret } })),
};

describe('a secret value', () => {
  test('is revealed by one way only', () => {
    expect(secret.reveal()).toBe(CANARY);
  });

  test.for(Object.entries(SHOWN))('shown %s is redacted', ([, show]) => {
    expect(show()).toContain(REDACTED);
    expect(show()).not.toContain(CANARY);
  });

  test('shows nothing of itself to those who look through its members', () => {
    expect(Object.entries(secret)).toEqual([]);
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(inspect({ ...secret })).not.toContain(CANARY);
    expect(inspect(structuredClone({ secret }))).not.toContain(CANARY);
  });
});
