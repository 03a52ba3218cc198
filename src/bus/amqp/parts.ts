import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Subscription } from '../bus.ts';
import type { Consumer } from './consumer.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Link } from './link.ts';
import type { Publisher } from './publisher.ts';
import type { Names } from './topology.ts';

/** What the ways of messages over one bus share. */
export interface Parts {
  names: Names;
  publisher: Publisher;
  deadLetters: DeadLetters;
  /** For those who take something. */
  base: { link: Link; clock: Clock; random: Random; log: Logger };
  /** In hand at once, where nobody says how many. */
  prefetch: number;
  /** Resolves once it takes something, or nothing can be had for now. */
  follow(consumer: Consumer): Promise<Subscription>;
}
