import { deliveryDocument } from '../../../documents/delivery.ts';
import { type DeliveryQuestion, deliveriesOf } from '../../../queries/deliveries.ts';
import type { Store } from '../../../store/store.ts';
import { deliveryTable } from '../../pages/webhooks.ts';
import type { Answer } from '../../session.ts';

export async function listDeliveries(store: Store, question: DeliveryQuestion): Promise<Answer> {
  const deliveries = await deliveriesOf(store, question);
  return {
    document: { deliveries: deliveries.map(deliveryDocument) },
    names: deliveries.map(({ id }) => id),
    lines: (palette) => deliveryTable(deliveries, palette),
  };
}
