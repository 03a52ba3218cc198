import { describe, expect, test } from 'vitest';
import type { DeliveryRecord, DeliveryStatus } from '../../../../src/model/webhook.ts';
import { type House, openHouse } from '../../../support/house.ts';
import { createLedger } from '../../../support/ledger-executor.ts';

const AT = Date.UTC(2026, 10, 21, 8);
const HOUR_MS = 3_600_000;

function delivery(id: string, status: DeliveryStatus, finishedAtMs: number): DeliveryRecord {
  return {
    id,
    webhook: id.split('/')[0] ?? '',
    status,
    messageId: `msg_${id}`,
    event: { id: 'one:1.0', type: 'run.failed', scope: 'one', sequence: 1 },
    attempts: 4,
    nextAttemptAtMs: null,
    last: { atMs: finishedAtMs, tookMs: 1, status: 503, detail: '503', answer: 'down' },
    createdAtMs: AT,
    finishedAtMs,
  };
}

async function world(): Promise<House> {
  const house = await openHouse(createLedger());
  const records = [
    delivery('ops/1', 'failed', AT - 1),
    delivery('ops/2', 'failed', AT),
    delivery('ops/3', 'delivered', AT + HOUR_MS),
    delivery('other/1', 'failed', AT + HOUR_MS),
  ];
  await house.store.commit({
    scope: '@webhooks',
    expect: [],
    writes: records.map((value) => ({
      kind: 'put',
      collection: 'deliveries',
      key: value.id,
      value,
    })),
    events: [],
  });
  return house;
}

const pending = async ({ store }: House) =>
  (await store.find('deliveries', { where: { status: 'pending' } })).map(({ value }) => value.id);

describe('a replay', () => {
  test('of one delivery puts it on its way again, under the id that it had', async () => {
    const house = await world();
    await house.send({ type: 'webhook.replay', data: { delivery: 'ops/3' } });
    const { value } = (await house.store.get('deliveries', 'ops/3')) ?? {};
    expect(value).toMatchObject({
      status: 'pending',
      attempts: 0,
      messageId: 'msg_ops/3',
      finishedAtMs: null,
    });
    expect(value?.nextAttemptAtMs).not.toBeNull();
    const audit = await house.store.find('audit', { where: { subject: 'ops/3' } });
    expect(audit).toMatchObject([{ value: { action: 'webhook.replay', actor: 'test' } }]);
  });

  test('of what has failed since a time is of just that', async () => {
    const house = await world();
    const failedSince = new Date(AT).toISOString();
    await house.send({ type: 'webhook.replay', data: { failedSince, webhook: 'ops' } });
    expect(await pending(house)).toEqual(['ops/2']);
    await house.send({ type: 'webhook.replay', data: { failedSince } });
    expect(await pending(house)).toEqual(['ops/2', 'other/1']);
    const events = await house.store.events({ scope: '@webhooks', limit: 10 });
    expect(events.map(({ event: { type, data } }) => [type, data.deliveries])).toEqual([
      ['webhook.replayed', 1],
      ['webhook.replayed', 1],
    ]);
  });

  test('of a delivery that is not there is refused, and one of nothing in particular is of all that failed', async () => {
    const house = await world();
    const replay = (data: object) => house.send({ type: 'webhook.replay', data });
    await expect(replay({ delivery: 'ops/9' })).rejects.toThrow('DELIVERY_NOT_FOUND');
    const both = { delivery: 'ops/1', failedSince: new Date(AT).toISOString() };
    await expect(replay(both)).rejects.toThrow('one of the two');
    expect(await pending(house)).toEqual([]);
    await replay({});
    expect(await pending(house)).toEqual(['ops/1', 'ops/2', 'other/1']);
  });
});
