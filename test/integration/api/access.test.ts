import { describe, expect, test } from 'vitest';
import { accessTokens, bearer, tokenOf } from '../../support/callers.ts';
import { serve } from '../../support/served.ts';

const CREATE = { type: 'environment.create', data: { name: 'demo', template: 'hello@1.0.0' } };
const OPERATORS = accessTokens([
  { name: 'first', role: 'operator' },
  { name: 'second', role: 'operator' },
]);

describe('a server with tokens', () => {
  test('says how to ask, and whether there was a token at all', async () => {
    const { ask } = await serve({ environment: OPERATORS });
    const bare = await ask('/api/v1/info');
    expect(bare).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(bare.headers.get('www-authenticate')).toBe('Bearer realm="biotope"');
    expect(bare.headers.get('cache-control')).toBe('no-store');
    const wrong = await ask('/api/v1/info', { headers: bearer('wrong') });
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('takes no token from a query', async () => {
    const { ask } = await serve({ environment: OPERATORS });
    const token = tokenOf('first');
    for (const name of ['access_token', 'token', 'authorization']) {
      expect(await ask(`/api/v1/info?${name}=${token}`)).toMatchObject({ status: 401 });
    }
  });

  test('keeps the idempotency keys of two callers apart', async () => {
    const { send } = await serve({ environment: OPERATORS });
    const key = { 'idempotency-key': 'once' };
    const first = await send('/api/v1/commands', CREATE, { ...bearer(tokenOf('first')), ...key });
    const other = { ...CREATE, source: 'api/first', data: { ...CREATE.data, name: 'other' } };
    const second = await send('/api/v1/commands', other, { ...bearer(tokenOf('second')), ...key });
    expect(first).toMatchObject({ status: 202, body: { source: 'api/first', repeated: false } });
    expect(second).toMatchObject({ status: 202, body: { repeated: false } });
    expect(second.body.source).toBe('api/second/api/first');
  });
});

describe('a server that others can reach', () => {
  test('does not start without tokens, and says what to do', async () => {
    const environment = { BIOTOPE_SERVER_LISTEN: '0.0.0.0:0' };
    await expect(serve({ environment, listen: undefined })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('biotope token new'),
    });
  });

  test('starts with tokens, and asks for them', async () => {
    const environment = { BIOTOPE_SERVER_LISTEN: '0.0.0.0:0', ...OPERATORS };
    const { ask } = await serve({ environment, listen: undefined });
    expect(await ask('/api/v1/info')).toMatchObject({ status: 401 });
    expect(await ask('/livez')).toMatchObject({ status: 200 });
  });
});
