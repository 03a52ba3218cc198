import type { DeliveryRecord, DeliveryStatus } from '../model/webhook.ts';
import type { Store } from '../store/store.ts';

export interface DeliveryQuestion {
  /** Of one webhook. */
  webhook?: string | undefined;
  status?: DeliveryStatus | undefined;
  limit: number;
}

/** What was told outside, or is to be: that of the newest events first. */
export async function deliveriesOf(
  store: Store,
  { webhook, status, limit }: DeliveryQuestion,
): Promise<DeliveryRecord[]> {
  const names = webhook === undefined ? await webhookNames(store) : [webhook];
  const ofStatus = status === undefined ? {} : { status };
  const found = await Promise.all(
    names.map((name) =>
      store.find('deliveries', { where: { webhook: name, ...ofStatus }, reverse: true, limit }),
    ),
  );
  return found
    .flat()
    .map(({ value }) => value)
    .sort((left, right) => right.event.sequence - left.event.sequence)
    .slice(0, limit);
}

/** Those that a service has begun to tell. */
export async function webhookNames(store: Store): Promise<string[]> {
  return (await store.find('webhooks')).map(({ value }) => value.name);
}

/** Those that failed at this time or later. */
export async function failedDeliveries(
  store: Store,
  { sinceMs, webhook }: { sinceMs: number; webhook: string | undefined },
): Promise<DeliveryRecord[]> {
  const ofOne = webhook === undefined ? {} : { webhook };
  const failed = await store.find('deliveries', { where: { ...ofOne, status: 'failed' } });
  return failed
    .map(({ value }) => value)
    .filter(({ finishedAtMs }) => (finishedAtMs ?? 0) >= sinceMs);
}

/** How many of a webhook's deliveries are on their way, and how many have failed. */
export async function deliveryCounts(store: Store, webhook: string) {
  const of = async (status: DeliveryStatus) =>
    (await store.find('deliveries', { where: { webhook, status } })).length;
  const [pending, failed, delivered] = [
    await of('pending'),
    await of('failed'),
    await of('delivered'),
  ];
  return { pending, failed, delivered };
}
