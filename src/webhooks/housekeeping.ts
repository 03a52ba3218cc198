import { failDelivery, WEBHOOKS_SCOPE } from '../model/webhook.ts';
import type { Write } from '../store/store.ts';
import { unsent } from './attempt.ts';
import type { Webhook, WebhookContext } from './context.ts';
import { recordDelivery } from './record.ts';

const PAGE = 500;

/** What was over long enough ago is kept no longer. */
export async function forgetOldDeliveries({
  store,
  clock,
  terms,
}: Pick<WebhookContext, 'store' | 'clock' | 'terms'>): Promise<void> {
  for (let afterKey = ''; ; ) {
    const page = await store.find('deliveries', { afterKey, limit: PAGE });
    const untilMs = clock.nowMs() - terms.keepMs;
    const old = page.filter(
      ({ value }) => value.finishedAtMs !== null && value.finishedAtMs < untilMs,
    );
    if (old.length > 0) {
      await store.commit({
        scope: WEBHOOKS_SCOPE,
        expect: old.map(({ value, revision }) => ({
          collection: 'deliveries',
          key: value.id,
          revision,
        })),
        writes: old.map(
          ({ value }): Write => ({ kind: 'delete', collection: 'deliveries', key: value.id }),
        ),
        events: [],
      });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    afterKey = last.value.id;
  }
}

/** What was on its way to a webhook that is configured no more has come to its end. */
export async function endStrangers(
  { store, clock }: Pick<WebhookContext, 'store' | 'clock'>,
  webhooks: readonly Webhook[],
): Promise<void> {
  const known = new Set(webhooks.map(({ name }) => name));
  const pending = await store.find('deliveries', { where: { status: 'pending' } });
  for (const stored of pending.filter(({ value }) => !known.has(value.webhook))) {
    const last = unsent(clock.nowMs(), 'the webhook is not configured any more');
    await recordDelivery(store, stored, failDelivery(stored.value, last));
  }
  const cursors = await store.find('webhooks');
  for (const { value, revision } of cursors.filter(({ value: { name } }) => !known.has(name))) {
    await store.commit({
      scope: WEBHOOKS_SCOPE,
      expect: [{ collection: 'webhooks', key: value.name, revision }],
      writes: [{ kind: 'delete', collection: 'webhooks', key: value.name }],
      events: [],
    });
  }
}
