import { decodeJwt, generateSecret } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTokenVerifier } from '../../../src/api/access/jwt.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { bearer } from '../../support/callers.ts';
import { AUDIENCE, type Claims, type Issuer, startIssuer } from '../../support/issuer.ts';
import { serve } from '../../support/served.ts';

const CREATE = { type: 'environment.create', data: { name: 'demo', template: 'hello@1.0.0' } };

/** As settings that have passed the schema. */
const settingsOf = ({ url, jwksUrl }: Issuer) => ({
  issuer: url,
  audience: AUDIENCE,
  jwksUrl,
  rolesClaim: 'realm.roles',
  roles: { readers: 'viewer', owners: 'admin' } as const,
  tagsClaim: 'teams',
  nameClaim: 'sub',
  algorithms: ['ES256' as const],
  clockToleranceMs: 30_000,
});

const nowSeconds = () => Math.floor(Date.now() / 1_000);

async function served() {
  const issuer = await startIssuer();
  const server = await serve({ environment: issuer.environment });
  const ask = async (token: string) =>
    server.ask('/api/v1/info', { headers: bearer(token) }).then(({ status, body }) => ({
      status,
      code: body.code,
    }));
  return { issuer, server, ask };
}

const ALL = { roles: ['readers'], teams: '*' };

describe('a server that trusts an identity provider', () => {
  test('lets in whom it names, as what their claim says', async () => {
    const { issuer, server } = await served();
    const token = await issuer.token({
      sub: 'repo:acme/shop',
      roles: ['readers', 'builders'],
      teams: '*',
    });
    const accepted = await server.send('/api/v1/commands', CREATE, bearer(token));
    expect(accepted).toMatchObject({
      status: 202,
      body: { source: 'api/oidc%3Arepo%3Aacme%2Fshop' },
    });
  });

  test.each<{ what: string; claims: (issuer: Issuer) => Claims }>([
    { what: 'has expired', claims: () => ({ ...ALL, exp: nowSeconds() - 60 }) },
    { what: 'never expires', claims: () => ({ ...ALL, exp: undefined }) },
    { what: 'is not valid yet', claims: () => ({ ...ALL, nbf: nowSeconds() + 600 }) },
    { what: 'is for somebody else', claims: () => ({ ...ALL, aud: 'another' }) },
    { what: 'is for nobody', claims: () => ({ ...ALL, aud: undefined }) },
    { what: 'is of another issuer', claims: () => ({ ...ALL, iss: 'https://evil.example' }) },
    { what: 'nearly names the issuer', claims: ({ url }) => ({ ...ALL, iss: `${url}/` }) },
    { what: 'names nobody', claims: () => ({ ...ALL, sub: undefined }) },
    { what: 'names somebody with nothing', claims: () => ({ ...ALL, sub: '' }) },
  ])('refuses a token that $what', async ({ claims }) => {
    const { issuer, ask } = await served();
    expect(await ask(await issuer.token(ALL))).toMatchObject({ status: 200 });
    const refused = await ask(await issuer.token(claims(issuer)));
    expect(refused).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('forgives clocks that are a little apart', async () => {
    const { issuer, ask } = await served();
    const token = await issuer.token({ ...ALL, exp: nowSeconds() - 5 });
    expect(await ask(token)).toMatchObject({ status: 200 });
  });

  test('gives no role to whom it knows nothing of', async () => {
    const { issuer, ask } = await served();
    const nothing = [
      undefined,
      [],
      ['strangers'],
      'constructor',
      [1],
      { readers: true },
      'a readers',
    ];
    for (const roles of nothing) {
      const refused = await ask(await issuer.token({ teams: '*', roles }));
      expect(refused).toEqual({ status: 403, code: 'FORBIDDEN' });
    }
  });

  test('takes no token that nobody, a stranger or a shared secret signed', async () => {
    const { issuer, ask } = await served();
    const good = await issuer.token(ALL);
    const [, payload = '', signature = ''] = good.split('.');
    const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const stranger = await issuer.newKey({ isTold: false });
    const secret = await generateSecret('HS256', { extractable: true });
    const forged = [
      `${header({ alg: 'none' })}.${payload}.`,
      `${header({ alg: 'none', kid: 'key-1' })}.${payload}.${signature}`,
      `${header({ alg: 'HS256', kid: 'key-1' })}.${payload}.${signature}`,
      await issuer.token(ALL, { key: stranger }),
      await issuer.token(ALL, { key: { ...stranger, kid: 'key-1' } }),
      await issuer.token(ALL, { key: { kid: 'key-1', sign: secret }, algorithm: 'HS256' }),
      `${good.slice(0, -4)}AAAA`,
      good.replace(payload, header({ ...decodeJwt(good), roles: ['owners'] })),
    ];
    for (const token of forged) expect(await ask(token)).toMatchObject({ status: 401 });
    expect(await ask(good)).toMatchObject({ status: 200 });
  });

  test('asks for the keys once for many', async () => {
    const { issuer, ask } = await served();
    const tokens = await Promise.all(
      [1, 2, 3, 4].map((nr) => issuer.token({ ...ALL, jti: `${nr}` })),
    );
    for (const token of [...tokens, ...tokens])
      expect(await ask(token)).toMatchObject({ status: 200 });
    expect(issuer.asked()).toBe(1);
  });

  test('lets nobody in while the keys cannot be had, and says that it is not the token', async () => {
    const { issuer, server, ask } = await served();
    issuer.answer(500);
    const token = await issuer.token(ALL);
    expect(await ask(token)).toEqual({ status: 503, code: 'IDENTITY_UNAVAILABLE' });
    const { headers } = await server.ask('/api/v1/info', { headers: bearer(token) });
    expect(headers.get('retry-after')).toBe('2');
    expect(issuer.asked()).toBe(1);
    expect(await ask('garbage')).toMatchObject({ status: 401 });
  });
});

describe('the keys of an identity provider', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('may change: a token of a new one is known after a while', async () => {
    const issuer = await startIssuer();
    const verify = createTokenVerifier(settingsOf(issuer), { clock: systemClock });
    const claims = { realm: { roles: ['readers'] }, teams: ['shop', 'blog'] };
    await expect(verify(await issuer.token(claims))).resolves.toEqual({
      name: 'oidc:somebody',
      role: 'viewer',
      tags: ['shop', 'blog'],
    });
    await issuer.newKey();
    const renewed = await issuer.token(claims);
    await expect(verify(renewed)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    await expect(verify(renewed)).resolves.toMatchObject({ role: 'viewer' });
  });

  test('are not believed for ever: those that were kept are asked for anew', async () => {
    const issuer = await startIssuer();
    const verify = createTokenVerifier(settingsOf(issuer), { clock: systemClock });
    const lasting = { realm: { roles: 'owners' }, exp: nowSeconds() + 86_400 };
    const token = await issuer.token(lasting);
    await expect(verify(token)).resolves.toMatchObject({ role: 'admin', tags: [] });
    issuer.answer(404);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    await expect(verify(token)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    await issuer.newKey();
    issuer.answer(null);
    vi.setSystemTime(Date.now() + 3_000);
    await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
