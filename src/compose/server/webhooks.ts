import { readFileSync } from 'node:fs';
import { cloudEventOf } from '../../bus/messages/cloud-event.ts';
import type { Config } from '../../config/schema.ts';
import type { Leadership } from '../../engine/leadership/leadership.ts';
import { BiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import { createNetworkPost } from '../../post/network/network-post.ts';
import type { Webhook } from '../../webhooks/context.ts';
import { createDeliverer, type Deliverer } from '../../webhooks/deliverer.ts';
import { keyOf } from '../../webhooks/signature.ts';

interface Surroundings {
  leadership: Leadership;
  log: Logger;
}

/** Delivers while this process leads. Rejects with CONFIGURATION_INVALID where a secret cannot be had. */
export async function startWebhooks(
  { webhooks: configured, webhookDelivery: terms }: Pick<Config, 'webhooks' | 'webhookDelivery'>,
  { leadership, log }: Surroundings,
): Promise<{ stop(): Promise<void> }> {
  const webhooks = configured.map(webhookOf);
  const context = {
    store: leadership.store,
    log,
    terms,
    clock: systemClock,
    random: systemRandom,
    post: createNetworkPost(),
    bodyOf: (event: Parameters<typeof cloudEventOf>[0]) => JSON.stringify(cloudEventOf(event)),
  };
  let deliverer: Deliverer | undefined;
  let isOver = false;
  const follow = async () => {
    const isWanted = leadership.isLeading() && !isOver;
    if (isWanted === (deliverer !== undefined)) return;
    const old = deliverer;
    deliverer = isWanted ? createDeliverer(context, webhooks) : undefined;
    await old?.stop();
    await deliverer?.start();
  };
  let following = follow();
  await following;
  const unwatch = leadership.watch(() => {
    following = following.then(follow).catch((error: unknown) => {
      log.warn({ err: error }, 'webhooks could not be taken over; tried again with the next one');
    });
  });
  return {
    stop: async () => {
      isOver = true;
      unwatch();
      await following;
      await follow();
    },
  };
}

type Configured = Config['webhooks'][number];

function webhookOf({ name, url, events, secrets, allowPrivateAddresses }: Configured): Webhook {
  return {
    name,
    url,
    events,
    secrets: secrets.map((source) => new SecretValue(secretFrom(source, name))),
    // Whoever names this machine means it.
    allowsPrivate: allowPrivateAddresses || LOOPBACK.has(new URL(url).hostname),
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function secretFrom(source: Configured['secrets'][number], webhook: string): string {
  const [what, text] = 'variable' in source ? ofVariable(source.variable) : ofFile(source.file);
  if (text === undefined || text.trim() === '') {
    throw refused(`${what} for the webhook ${webhook} is not there, or empty`);
  }
  if (keyOf(text) !== undefined) return text;
  throw refused(
    `${what} for the webhook ${webhook} is too short for a secret: take at least 16 bytes, such as ` +
      'those of "openssl rand -base64 32"',
  );
}

function ofVariable(name: string): [string, string | undefined] {
  return [`The variable ${name}`, process.env[name]];
}

function ofFile(path: string): [string, string | undefined] {
  try {
    return [`The file ${path}`, readFileSync(path, 'utf8')];
  } catch {
    return [`The file ${path}`, undefined];
  }
}

function refused(message: string): BiotopeError {
  return new BiotopeError('CONFIGURATION_INVALID', { message: `${message}.` });
}
