import type { DeliveryRecord } from '../../model/webhook.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';
import { formatTime } from './duration.ts';

export interface WebhookState {
  name: string;
  /** Without what may let somebody in: its path stays untold. */
  host: string;
  events: readonly string[];
  /** It has been begun by a service. */
  isKnown: boolean;
  counts: { pending: number; failed: number; delivered: number };
}

export function webhookTable(webhooks: readonly WebhookState[], palette: Palette): string[] {
  if (webhooks.length === 0) return ['No webhooks are configured: see docs/webhooks.md.'];
  return table(
    ['webhook', 'pending', 'failed', 'delivered', 'events', 'host'],
    webhooks.map(({ name, host, events, isKnown, counts }) => [
      palette.strong(name),
      isKnown ? String(counts.pending) : 'no server yet',
      counts.failed === 0 ? '0' : palette.bad(String(counts.failed)),
      String(counts.delivered),
      events.join(', '),
      host,
    ]),
    { columns: palette.columns, lessImportant: ['events', 'host'] },
  );
}

export function deliveryTable(deliveries: readonly DeliveryRecord[], palette: Palette): string[] {
  if (deliveries.length === 0) return ['No deliveries.'];
  return table(
    ['delivery', 'status', 'event', 'of', 'attempts', 'answer', 'next', 'made'],
    deliveries.map((delivery) => [
      delivery.id,
      paint(delivery, palette),
      delivery.event.type,
      delivery.event.scope,
      String(delivery.attempts),
      printable(delivery.last?.detail ?? ''),
      delivery.nextAttemptAtMs === null ? '' : formatTime(delivery.nextAttemptAtMs),
      formatTime(delivery.createdAtMs),
    ]),
    { columns: palette.columns, lessImportant: ['made', 'next', 'attempts', 'of'] },
  );
}

function paint({ status }: DeliveryRecord, palette: Palette): string {
  if (status === 'delivered') return palette.good(status);
  return status === 'failed' ? palette.bad(status) : palette.busy(status);
}
