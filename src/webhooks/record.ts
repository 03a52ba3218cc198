import { type DeliveryRecord, WEBHOOKS_SCOPE } from '../model/webhook.ts';
import type { Store, Stored } from '../store/store.ts';

/**
 * Records what became of a delivery. One that has failed is told of once, by an event that no webhook
 * delivers. Rejects with STORE_CONFLICT where it was changed meanwhile.
 */
export async function recordDelivery(
  store: Store,
  before: Stored<DeliveryRecord>,
  after: DeliveryRecord,
): Promise<Stored<DeliveryRecord>> {
  const { id, webhook, event, attempts, last } = after;
  const data = { webhook, delivery: id, event: { ...event }, attempts, why: last?.detail ?? null };
  const { number } = await store.commit({
    scope: WEBHOOKS_SCOPE,
    expect: [{ collection: 'deliveries', key: id, revision: before.revision }],
    writes: [{ kind: 'put', collection: 'deliveries', key: id, value: after }],
    events:
      after.status === 'failed'
        ? [{ type: 'webhook.failed', runId: null, address: null, data }]
        : [],
  });
  return { value: after, revision: number };
}
