import type { WebhookRecord } from '../model/webhook.ts';
import {
  type DeliveryRecord,
  deliveryId,
  isEventWanted,
  WEBHOOKS_SCOPE,
} from '../model/webhook.ts';
import { digest } from '../platform/digest.ts';
import { endOfChange } from '../store/committed-events.ts';
import type { SequencedEvent, Stored, Write } from '../store/store.ts';
import type { Webhook, WebhookContext } from './context.ts';

/** Turns committed events into deliveries, each once, from where it stopped. */
export interface Enlisting {
  /**
   * Looks at what was committed since, as long as there is room for more; returns what is new. Rejects
   * with STORE_CONFLICT where another process did the same: read again.
   */
  look(room: () => boolean): Promise<void>;
  /** So that less has to be looked at once more. */
  save(): Promise<void>;
}

const PAGE = 500;

/** Events that nobody wants may be looked at again after a crash. */
const UNSAVED_MAX = 5_000;

export function createEnlisting(
  { store, clock }: Pick<WebhookContext, 'store' | 'clock'>,
  webhook: Webhook,
  onMade: (made: Stored<DeliveryRecord>) => void,
): Enlisting {
  let lookedThrough = 0;
  let unsaved = 0;

  async function cursor(): Promise<{ stored: Stored<WebhookRecord>; after: number }> {
    const stored = await store.get('webhooks', webhook.name);
    const after = stored?.value.afterSequence ?? null;
    if (stored !== undefined && after !== null) return { stored, after };
    await begin(stored);
    return cursor();
  }

  /** It begins with what is committed after it became known here. */
  async function begin(stored: Stored<WebhookRecord> | undefined): Promise<void> {
    const first = await write(stored?.revision ?? null, null, []);
    await write(first.number, endOfChange(first.sequence), []);
  }

  function write(revision: number | null, afterSequence: number | null, more: Write[]) {
    const { name } = webhook;
    const value: WebhookRecord = { name, afterSequence };
    return store.commit({
      scope: WEBHOOKS_SCOPE,
      expect: [{ collection: 'webhooks', key: name, revision }],
      writes: [{ kind: 'put', collection: 'webhooks', key: name, value }, ...more],
      events: [],
    });
  }

  async function enlist(
    { stored }: { stored: Stored<WebhookRecord> },
    through: number,
    made: readonly DeliveryRecord[],
  ): Promise<void> {
    const writes = made.map(
      (value): Write => ({ kind: 'put', collection: 'deliveries', key: value.id, value }),
    );
    const { number } = await write(stored.revision, through, writes);
    unsaved = 0;
    for (const value of made) onMade({ value, revision: number });
  }

  return {
    async look(room) {
      while (room()) {
        const known = await cursor();
        lookedThrough = Math.max(lookedThrough, known.after);
        const found = await store.events({ afterSequence: lookedThrough, limit: PAGE });
        const through = found.at(-1)?.sequence;
        if (through === undefined) return;
        const made = found.flatMap((one) => deliveryOf(webhook, one, clock.nowMs()));
        unsaved += found.length;
        if (made.length > 0 || unsaved > UNSAVED_MAX) await enlist(known, through, made);
        lookedThrough = through;
        if (found.length < PAGE) return;
      }
    },
    async save() {
      if (unsaved > 0) await enlist(await cursor(), lookedThrough, []);
    },
  };
}

/** What deliveries say of themselves is delivered by none: one that fails would cause the next. */
const OWN = ['webhook.*'];

function deliveryOf(
  { name, events }: Webhook,
  { event, sequence }: SequencedEvent,
  nowMs: number,
): DeliveryRecord[] {
  const { id, type, scope, atMs } = event;
  if (isEventWanted(type, OWN) || !isEventWanted(type, events)) return [];
  return [
    {
      id: deliveryId(name, sequence),
      webhook: name,
      status: 'pending',
      // Without a full stop, and another one where a store was made anew and counts from 1 again.
      messageId: `msg_${digest(JSON.stringify([name, id, atMs])).slice(-32)}`,
      event: { id, type, scope, sequence },
      attempts: 0,
      nextAttemptAtMs: nowMs,
      last: null,
      createdAtMs: nowMs,
      finishedAtMs: null,
    },
  ];
}
