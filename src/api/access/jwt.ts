import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { type Principal, ROLES, type Role } from '../../model/access.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { unknownToken } from './bearer.ts';
import { createKeyFetch } from './key-fetch.ts';
import type { OidcSettings } from './settings.ts';

/** Who a token was given to; rejects with UNAUTHENTICATED, or with IDENTITY_UNAVAILABLE. */
export type VerifyToken = (token: string) => Promise<Principal>;

/** Three parts, of which the first is the base64url of an object. */
export function looksLikeJwt(token: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(token);
}

const KEYS_KEPT_MS = 600_000;
const KEYS_ASKED_AGAIN_AFTER_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;

/**
 * Checks signature, issuer, audience and times. Keys are kept, and asked for anew where a token names one
 * that is not among them, or after a while: so an issuer may change them. While they cannot be had nobody
 * is let in.
 */
export function createTokenVerifier(
  settings: OidcSettings,
  { clock }: { clock: Clock },
): VerifyToken {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl), {
    cacheMaxAge: KEYS_KEPT_MS,
    cooldownDuration: KEYS_ASKED_AGAIN_AFTER_MS,
    timeoutDuration: KEYS_TIMEOUT_MS,
    [customFetch]: createKeyFetch(clock),
  });
  const options = {
    issuer: settings.issuer,
    audience: settings.audience,
    algorithms: [...settings.algorithms],
    clockTolerance: settings.clockToleranceMs / 1_000,
    requiredClaims: ['exp'],
  };
  return async (token) => {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        ...options,
        currentDate: new Date(clock.nowMs()),
      }));
    } catch (error) {
      throw isAboutToken(error) ? unknownToken() : keysUnavailable(error);
    }
    return principalOf(payload, settings);
  };
}

/** Whatever else goes wrong is about the keys. */
const ABOUT_KEYS: readonly string[] = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

function isAboutToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !ABOUT_KEYS.includes(error.code);
}

function keysUnavailable(cause: unknown): BiotopeError {
  return new BiotopeError('IDENTITY_UNAVAILABLE', {
    message:
      'The keys of who signs the tokens cannot be had now: nobody is let in. Try again soon.',
    cause,
  });
}

function principalOf(payload: JWTPayload, settings: OidcSettings): Principal {
  const name = claimOf(payload, settings.nameClaim);
  if (typeof name !== 'string' || name === '' || name.length > NAME_CHARACTERS_MAX) {
    throw unknownToken();
  }
  const role = highest(textsOf(payload, settings.rolesClaim), settings.roles);
  if (role === undefined) {
    throw new BiotopeError('FORBIDDEN', {
      message: `The token is valid, and its claim ${settings.rolesClaim} gives it no role here.`,
    });
  }
  return { name: `oidc:${name}`, role, tags: tagsOf(payload, settings.tagsClaim) };
}

const NAME_CHARACTERS_MAX = 300;
const ALL_TAGS = '*';

function tagsOf(payload: JWTPayload, tagsClaim: string | null): string[] | null {
  if (tagsClaim === null) return null;
  const tags = textsOf(payload, tagsClaim);
  return tags.includes(ALL_TAGS) ? null : tags;
}

function highest(values: readonly string[], roles: Readonly<Record<string, Role>>) {
  const held = values.flatMap((value) => (Object.hasOwn(roles, value) ? (roles[value] ?? []) : []));
  return ROLES.findLast((role) => held.includes(role));
}

/** Written as words in one text (RFC 8693); any other text is one value, spaces and all. */
const IN_WORDS = new Set(['scope', 'scp']);

function textsOf(payload: JWTPayload, name: string): string[] {
  const value = claimOf(payload, name);
  if (typeof value === 'string') return IN_WORDS.has(name) ? value.split(' ') : [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** By its whole name, or along the dots in it. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((at, part) => memberOf(at, part), payload);
}

function memberOf(value: unknown, name: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? Reflect.get(value, name) : undefined;
}
