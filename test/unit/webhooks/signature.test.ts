import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { keyOf, signedHeaders } from '../../../src/webhooks/signature.ts';

describe('the signature of a message', () => {
  test('is that of the example of Standard Webhooks', () => {
    const headers = signedHeaders(
      {
        messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        timestamp: 1614265330,
        body: '{"test": 2432232314}',
      },
      [new SecretValue('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is made with each secret, so that one can follow another', () => {
    const secrets = ['an-old-secret-of-20-b', 'a-new-secret-of-20-by'];
    const { 'webhook-signature': signature = '' } = signedHeaders(
      { messageId: 'msg_1', timestamp: 1, body: '{}' },
      secrets.map((secret) => new SecretValue(secret)),
    );
    const expected = secrets.map(
      (secret) => `v1,${createHmac('sha256', secret).update('msg_1.1.{}').digest('base64')}`,
    );
    expect(signature.split(' ')).toEqual(expected);
  });

  test('is not made with a secret that is too short', () => {
    expect(keyOf('short')).toBeUndefined();
    expect(keyOf('whsec_c2hvcnQ=')).toBeUndefined();
    expect(keyOf('sixteen-bytes-ok\n')?.toString()).toBe('sixteen-bytes-ok');
  });
});
