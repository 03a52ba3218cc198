import { z } from 'zod';
import { ROLES } from '../model/access.ts';
import { isSecureUrl } from '../model/secure-url.ts';
import { group, milliseconds } from './pieces.ts';

/** Signed with a key that only the issuer has: a secret that both share would be one more to lose. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const CLAIM_CHARACTERS_MAX = 500;
const ROLES_MAX = 1_000;

const claim = z.string().min(1).max(200);

const shape = group({
  issuer: z
    .string()
    .min(1)
    .max(2_000)
    .nullable()
    .default(null)
    .describe('Who signs the tokens: their claim iss, letter for letter. Null: no such tokens.'),
  audience: z
    .string()
    .min(1)
    .max(2_000)
    .nullable()
    .default(null)
    .describe('For whom they are: one of their claim aud. Name this server alone.'),
  jwksUrl: z
    .string()
    .max(2_000)
    .refine(isSecureUrl, 'name an https address')
    .nullable()
    .default(null)
    .describe("Where the issuer's keys are (JWKS)."),
  rolesClaim: claim
    .default('roles')
    .describe(
      'The claim that says what they may do: a text or a list, scope also as words; a.b is b inside a.',
    ),
  roles: z
    .record(z.string().min(1).max(CLAIM_CHARACTERS_MAX), z.enum(ROLES).describe('The role.'))
    .refine((roles) => Object.keys(roles).length <= ROLES_MAX, `at most ${ROLES_MAX}`)
    .default({})
    .describe('Which value of that claim means which role; what is not named means nothing.'),
  tagsClaim: claim
    .nullable()
    .default(null)
    .describe(
      'The claim with the tags of the environments that they may see; * is all. Null: all for everybody.',
    ),
  nameClaim: claim.default('sub').describe('The claim that names them in the audit log.'),
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1)
    .default(['RS256', 'PS256', 'ES256', 'EdDSA'])
    .describe('How tokens may be signed.'),
  clockToleranceMs: milliseconds(
    30_000,
    'How far the clocks of issuer and server may be apart.',
    0,
  ),
});

/** Tokens of an identity provider (OpenID Connect). What is needed with `issuer` is asked for. */
export const oidc = shape.check(({ value, issues }) => {
  if (value.issuer === null) return;
  const missing = (['audience', 'jwksUrl'] as const).filter((name) => value[name] === null);
  for (const name of missing) {
    const message = 'is needed where there is an issuer';
    issues.push({ code: 'custom', message, input: value[name], path: [name] });
  }
  if (Object.keys(value.roles).length > 0) return;
  const message = 'name at least one: otherwise nobody may do anything';
  issues.push({ code: 'custom', message, input: value.roles, path: ['roles'] });
});
