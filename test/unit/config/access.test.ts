import { describe, expect, it } from 'vitest';
import { accessSchema } from '../../../src/config/access.ts';

const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
const token = { name: 'ci', hash: hash('a'), role: 'viewer' };
const oidc = {
  issuer: 'https://id.example.com',
  audience: 'biotope',
  jwksUrl: 'https://id.example.com/keys',
  roles: { readers: 'viewer' },
};

const faultsOf = (settings: object) =>
  accessSchema.safeParse(settings).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('the settings of access', () => {
  it('are complete without a word, and open', () => {
    expect(accessSchema.parse({})).toMatchObject({ tokens: [], oidc: { issuer: null } });
  });

  it('take tokens and an identity provider', () => {
    const other = { ...token, name: 'other', hash: hash('b'), environments: { tags: ['shop'] } };
    expect(
      faultsOf({ tokens: [token, other], oidc, trustedProxies: ['10.0.0.0/8', '::1'] }),
    ).toEqual([]);
  });

  it.each([
    { what: 'two tokens of one name', tokens: [token, { ...token, hash: hash('b') }] },
    { what: 'two names for one token', tokens: [token, { ...token, name: 'other' }] },
    { what: 'a token itself instead of its hash', tokens: [{ ...token, hash: 'biotope_abc' }] },
    { what: 'the name of whoever works here', tokens: [{ ...token, name: 'local' }] },
    { what: 'a name as those of identity providers', tokens: [{ ...token, name: 'oidc:ci' }] },
    {
      what: 'tags that let nobody see anything',
      tokens: [{ ...token, environments: { tags: [] } }],
    },
  ])('refuse $what', ({ tokens }) => {
    expect(faultsOf({ tokens })).not.toEqual([]);
  });

  it.each([
    { without: 'audience', of: { audience: null } },
    { without: 'jwksUrl', of: { jwksUrl: null } },
    { without: 'roles', of: { roles: {} } },
  ])('refuse an identity provider without its $without', ({ without, of }) => {
    expect(faultsOf({ oidc: { ...oidc, ...of } })).toEqual([`oidc.${without}`]);
  });

  it.each([
    { algorithms: ['none'] },
    { algorithms: ['HS256'] },
    { algorithms: [] },
    { jwksUrl: 'http://id.example.com/keys' },
  ])('refuse what would let others in: %j', (unsafe) => {
    expect(faultsOf({ oidc: { ...oidc, ...unsafe } })).not.toEqual([]);
  });

  it.each(['10.0.0.0/33', 'proxy.example.com', '10.0.0.1/', '*'])('trust no proxy %s', (proxy) => {
    expect(faultsOf({ trustedProxies: [proxy] })).toEqual(['trustedProxies.0']);
  });
});
