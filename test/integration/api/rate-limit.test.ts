import { describe, expect, test } from 'vitest';
import { accessTokens, bearer, tokenOf } from '../../support/callers.ts';
import { serve } from '../../support/served.ts';

const ENVIRONMENT = {
  ...accessTokens([
    { name: 'busy', role: 'viewer' },
    { name: 'calm', role: 'viewer' },
  ]),
  BIOTOPE_ACCESS_REQUESTS_PER_MINUTE_MAX: '5',
  BIOTOPE_ACCESS_FAILURES_PER_MINUTE_MAX: '3',
};

const as = (name: string) => ({ headers: bearer(tokenOf(name)) });
const LIMITED = { status: 429, body: { code: 'RATE_LIMITED', retryable: true } };

describe('a server that counts requests', () => {
  test('answers one caller with 429 who asks too often, and goes on with the others', async () => {
    const { ask } = await serve({ environment: ENVIRONMENT });
    for (const remaining of ['4', '3', '2', '1', '0']) {
      const { status, headers } = await ask('/api/v1/info', as('busy'));
      expect(status).toBe(200);
      expect(headers.get('x-ratelimit-limit')).toBe('5');
      expect(headers.get('x-ratelimit-remaining')).toBe(remaining);
    }
    const refused = await ask('/api/v1/info', as('busy'));
    expect(refused).toMatchObject(LIMITED);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await ask('/api/v1/info', as('calm'))).toMatchObject({ status: 200 });
  });

  test('does not count who looks after it', async () => {
    const { ask } = await serve({ environment: ENVIRONMENT });
    for (let at = 0; at < 10; at += 1) {
      expect(await ask('/api/v1/health', as('busy'))).toMatchObject({ status: 200 });
      expect(await ask('/livez')).toMatchObject({ status: 200 });
    }
  });

  test('answers an address that guesses with 429, and believes no header about where it is', async () => {
    const { ask } = await serve({ environment: ENVIRONMENT });
    const guess = (at: number) =>
      ask('/api/v1/info', {
        headers: { ...bearer(`guess-${at}`), 'x-forwarded-for': `10.0.0.${at}` },
      });
    for (const at of [1, 2, 3]) expect(await guess(at)).toMatchObject({ status: 401 });
    expect(await guess(4)).toMatchObject(LIMITED);
    expect(await ask('/api/v1/info', as('calm'))).toMatchObject({ status: 200 });
  });

  test('believes a proxy that it was told of', async () => {
    const environment = { ...ENVIRONMENT, BIOTOPE_ACCESS_TRUSTED_PROXIES: '127.0.0.1' };
    const { ask } = await serve({ environment });
    for (const at of [1, 2, 3, 4, 5, 6]) {
      const headers = { 'x-forwarded-for': `10.0.0.${at}` };
      expect(await ask('/api/v1/info', { headers })).toMatchObject({ status: 401 });
    }
  });
});

describe('every answer', () => {
  test('tells browsers to guess and run nothing', async () => {
    const { ask } = await serve();
    for (const path of ['/livez', '/api/v1/info', '/api/v1/nothing']) {
      const { headers } = await ask(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('but the page of the API, which runs what is its own', async () => {
    const { ask } = await serve();
    const { status, headers } = await ask('/api/v1/docs/');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });
});
