import { z } from 'zod';
import { isSecureUrl } from '../model/secure-url.ts';
import { count, DAY_MS, group, milliseconds } from './pieces.ts';

const EVENT = /^(?:\*|[a-z]+\.(?:\*|[a-z-]+))$/;

const secret = z.union(
  [
    z.strictObject({
      variable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'name a variable'),
    }),
    z.strictObject({ file: z.string().min(1) }),
  ],
  { error: 'write { variable: NAME } or { file: PATH }: a secret does not stand here itself' },
);

const url = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text) && /^https?:\/\//.test(text), 'name an http(s) address')
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'must not hold a user name or password: messages are signed',
  );

const webhook = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and "-"')
      .describe('What it is called here.'),
    url: url.describe('Where events are posted to.'),
    events: z
      .array(z.string().regex(EVENT, 'write a type such as run.failed, or run.*, or *'))
      .min(1)
      .max(100)
      .default(['*']),
    secrets: z
      .array(secret)
      .min(1)
      .max(5)
      .describe('Each signs: name the old one and the new one while one follows the other.'),
    allowHttp: z
      .boolean()
      .default(false)
      .describe('Post without TLS, elsewhere than to this machine.'),
    allowPrivateAddresses: z
      .boolean()
      .default(false)
      .describe('Post to addresses of private networks.'),
  })
  .refine(
    ({ url: text, allowHttp }) => allowHttp || !text.startsWith('http:') || isSecureUrl(text),
    {
      error: 'name an https address, or set allowHttp',
      path: ['url'],
    },
  );

/** Whom events are told to. */
export const webhooks = z
  .array(webhook)
  .max(50)
  .refine(
    (all) => new Set(all.map(({ name }) => name)).size === all.length,
    'each webhook needs a name of its own',
  )
  .default([])
  .describe('Addresses that events are posted to: see docs/webhooks.md.');

export const webhookDelivery = group({
  attemptsMax: count(15, 'Attempts at a delivery, the first included.', 100),
  initialDelayMs: milliseconds(5_000, 'Pause before the second attempt; pauses double.'),
  delayMaxMs: milliseconds(4 * 3_600_000, 'Longest pause between attempts.'),
  timeoutMs: milliseconds(15_000, 'How long an attempt may take.'),
  concurrency: count(4, 'Attempts at once, of one webhook.', 100),
  keepMs: milliseconds(7 * DAY_MS, 'How long deliveries that are over are kept.', 60_000),
});
