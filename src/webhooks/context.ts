import type { EventRecord } from '../model/event.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import type { SecretValue } from '../platform/secret-value.ts';
import type { Post } from '../post/post.ts';
import type { Store } from '../store/store.ts';

/** An address outside that wants to hear of events. */
export interface Webhook {
  name: string;
  url: string;
  /** `run.failed`, `run.*`, `*`. */
  events: readonly string[];
  /** Each signs: where one is to follow another, both are named for a while. */
  secrets: readonly SecretValue[];
  allowsPrivate: boolean;
}

export interface DeliveryTerms {
  /** The first included. */
  attemptsMax: number;
  initialDelayMs: number;
  delayMaxMs: number;
  /** Of one attempt. */
  timeoutMs: number;
  /** Attempts at once, of one webhook. */
  concurrency: number;
  /** How long what is over is kept. */
  keepMs: number;
}

export interface WebhookContext {
  store: Store;
  post: Post;
  clock: Clock;
  random: Random;
  log: Logger;
  terms: DeliveryTerms;
  /** What is posted. Holds no secret. */
  bodyOf(event: EventRecord): string;
}
