import type { CommandData } from '../../bus/messages/commands.ts';
import { type DeliveryRecord, replayDelivery, WEBHOOKS_SCOPE } from '../../model/webhook.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { put, unchanged } from '../transactions.ts';
import { type Acceptance, refuse } from './verdict.ts';

/** They go on their way in one transaction. */
const REPLAYED_MAX = 10_000;

/** Deliveries go on their way once more; a service sends them. Audited. */
export async function acceptReplay(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['webhook.replay'],
): Promise<Acceptance> {
  const chosen =
    data.delivery === undefined
      ? await allFailed(context, data)
      : [await findDelivery(context, data.delivery)];
  const nowMs = context.clock.nowMs();
  const auditId = context.ids();
  const { delivery = null, failedSince: since = null, webhook = null } = data;
  const detail = { delivery, failedSince: since, webhook, deliveries: chosen.length };
  const subject = delivery ?? webhook ?? 'failed';
  return {
    scope: WEBHOOKS_SCOPE,
    expect: chosen.map((stored) => unchanged('deliveries', stored.value.id, stored)),
    writes: [
      ...chosen.map(({ value }) => put('deliveries', value.id, replayDelivery(value, nowMs))),
      put('audit', auditId, {
        id: auditId,
        actor: identity.source,
        action: 'webhook.replay',
        subject,
        detail,
        atMs: nowMs,
      }),
    ],
    events: [{ type: 'webhook.replayed', runId: null, address: null, data: detail }],
    runId: null,
  };
}

async function findDelivery({ store }: EngineContext, id: string): Promise<Stored<DeliveryRecord>> {
  const found = await store.get('deliveries', id);
  if (found !== undefined) return found;
  throw refuse('DELIVERY_NOT_FOUND', {
    message: `There is no delivery ${JSON.stringify(id)}, or it was forgotten.`,
    remedy: '"biotope webhook deliveries" shows those that are kept.',
    facts: { delivery: id },
  });
}

async function allFailed(
  { store }: EngineContext,
  { failedSince: since, webhook }: CommandData['webhook.replay'],
): Promise<Stored<DeliveryRecord>[]> {
  const sinceMs = since === undefined ? 0 : Date.parse(since);
  const ofOne = webhook === undefined ? {} : { webhook };
  const failed = await store.find('deliveries', { where: { ...ofOne, status: 'failed' } });
  const chosen = failed.filter(({ value }) => (value.finishedAtMs ?? 0) >= sinceMs);
  if (chosen.length <= REPLAYED_MAX) return chosen;
  throw refuse('LIMIT_EXCEEDED', {
    message:
      `${chosen.length} deliveries have failed since then, at most ${REPLAYED_MAX} are sent again at ` +
      'once. Name a later time, or one webhook.',
    facts: { deliveries: chosen.length, deliveriesMax: REPLAYED_MAX },
  });
}
