import { isIP } from 'node:net';
import { z } from 'zod';
import { ROLES } from '../model/access.ts';
import { oidc } from './oidc.ts';
import { count, DAY_MS, group, milliseconds } from './pieces.ts';

const TOKENS_MAX = 1_000;
const TAGS_MAX = 50;

const tagList = z.array(z.string().min(1).max(100)).min(1).max(TAGS_MAX);

/** `10.0.0.1`, `fd00::/8` */
function isAddressRange(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}

const token = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, ".", "_" and "-"')
    .refine((name) => name !== 'local', 'local is whoever works on this machine: use another name'),
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'write the hash that "biotope token new" shows: sha256:…'),
  role: z.enum(ROLES),
  environments: z.strictObject({ tags: tagList }).optional(),
});

/** Who may ask the API for what; docs/access.md explains it. */
export const accessSchema = group({
  tokens: z
    .array(token)
    .max(TOKENS_MAX)
    .default([])
    .check(({ value, issues }) => {
      for (const key of ['name', 'hash'] as const) {
        const all = value.map((one) => one[key]);
        const twice = all.find((one, at) => all.indexOf(one) !== at);
        if (twice === undefined) continue;
        const message = `there are two tokens of the ${key} ${twice}`;
        issues.push({ code: 'custom', message, input: value });
      }
    })
    .describe('Tokens that the API takes, as hashes; "biotope token new" makes one.'),
  oidc,
  requestsPerMinuteMax: count(6_000, 'Requests of one caller; not where nobody needs a token.'),
  failuresPerMinuteMax: count(60, 'Requests of one address without a token that is known.'),
  auditKeepMs: milliseconds(365 * DAY_MS, 'How long entries of the audit log are kept.', DAY_MS),
  auditEntriesMax: count(100_000, 'Changes in the audit log, and refusals; the oldest go first.'),
  trustedProxies: z
    .array(z.string().refine(isAddressRange, 'write an address, or a range such as 10.0.0.0/8'))
    .max(100)
    .default([])
    .describe('Addresses of proxies whose X-Forwarded-For is believed; otherwise nobody is.'),
});

export type AccessConfig = z.output<typeof accessSchema>;
export type OidcConfig = AccessConfig['oidc'];
export type TokenConfig = AccessConfig['tokens'][number];
