import type { Biotope } from '../../../compose/seat/contract.ts';
import { deliveryCounts, webhookNames } from '../../../queries/deliveries.ts';
import { type WebhookState, webhookTable } from '../../pages/webhooks.ts';
import type { Answer } from '../../session.ts';

/** Those of the configuration, and how their deliveries stand. */
export async function listWebhooks({ config, store }: Biotope): Promise<Answer> {
  const known = new Set(await webhookNames(store));
  const webhooks = await Promise.all(
    config.webhooks.map(
      async ({ name, url, events }): Promise<WebhookState> => ({
        name,
        host: new URL(url).host,
        events,
        isKnown: known.has(name),
        counts: await deliveryCounts(store, name),
      }),
    ),
  );
  return {
    document: { webhooks },
    names: webhooks.map(({ name }) => name),
    lines: (palette) => webhookTable(webhooks, palette),
  };
}
