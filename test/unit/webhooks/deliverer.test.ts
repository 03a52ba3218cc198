import { describe, expect, test } from 'vitest';
import { replayDelivery } from '../../../src/model/webhook.ts';
import { setWebhookStage, TERMS, webhook } from '../../support/webhook-stage.ts';

const SECOND_MS = 1_000;
const DOWN = () => ({ status: 503, detail: '503 down' });

describe('a webhook', () => {
  test('hears of the events that it wants, in the order of each environment', async () => {
    const { start, commit, clock, received } = setWebhookStage();
    await start([webhook('ops', { events: ['run.*', 'environment.failed'] })]);
    await commit('one', 'run.queued', 'step.running');
    await commit('two', 'environment.failed', 'environment.ok');
    await commit('one', 'run.running', 'run.failed');
    await clock.advance(SECOND_MS);
    const ids = received.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['one:1.0', 'one:2.0', 'one:2.1', 'two:1.0']);
    expect(ids.filter((id) => id.startsWith('one'))).toEqual(['one:1.0', 'one:2.0', 'one:2.1']);
  });

  test('that is new begins with what comes, and goes on later where it stopped', async () => {
    const { start, commit, clock, received } = setWebhookStage();
    await commit('one', 'run.queued');
    const first = await start([webhook('ops')]);
    await commit('one', 'run.planning');
    await clock.advance(SECOND_MS);
    await clock.finish(first.stop());
    await commit('one', 'run.running', 'run.succeeded');
    await start([webhook('ops')]);
    await clock.advance(SECOND_MS);
    expect(received.map(({ id }) => id)).toEqual(['one:2.0', 'one:3.0', 'one:3.1']);
  });

  test('that does not answer well is told again after growing pauses, under the same id', async () => {
    const { start, commit, clock, received, answers, deliveries } = setWebhookStage();
    answers.set('https://ops.test/', DOWN);
    await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(60 * SECOND_MS);
    const pauses = received.slice(1).map(({ atMs }, at) => atMs - (received[at]?.atMs ?? 0));
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await deliveries()).toMatchObject([
      { status: 'failed', attempts: TERMS.attemptsMax, last: { status: 503, detail: '503 down' } },
    ]);
  });

  test('is left alone for as long as it asks', async () => {
    const { start, commit, clock, received, answers } = setWebhookStage();
    answers.set('https://ops.test/', () =>
      received.length > 1 ? {} : { status: 429, retryAfterMs: 30_000 },
    );
    await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(29 * SECOND_MS);
    expect(received).toHaveLength(1);
    await clock.advance(2 * SECOND_MS);
    expect(received).toHaveLength(2);
  });

  test('that is gone is not told again', async () => {
    const { start, commit, clock, received, answers, deliveries } = setWebhookStage();
    answers.set('https://ops.test/', () => ({ status: 410, detail: '410 Gone' }));
    await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(60 * SECOND_MS);
    expect(received).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ status: 'failed', attempts: 1 }]);
  });

  test('that is given up is told of once, by an event that no webhook delivers', async () => {
    const { start, commit, clock, store, received, answers } = setWebhookStage();
    answers.set('https://ops.test/', DOWN);
    answers.set('https://other.test/', DOWN);
    await start([webhook('ops'), webhook('other')]);
    await commit('one', 'run.failed');
    await clock.advance(3_600 * SECOND_MS);
    const events = await clock.finish(store.events({ scope: '@webhooks', limit: 100 }));
    expect(events.map(({ event: { type } }) => type)).toEqual(['webhook.failed', 'webhook.failed']);
    expect(received.every(({ id }) => id === 'one:1.0')).toBe(true);
  });

  test('that is slow delays no other one, and no more of its own than it has places', async () => {
    const { start, commit, clock, received, answers } = setWebhookStage();
    answers.set('https://slow.test/', () => 'never');
    await start([webhook('slow'), webhook('quick')]);
    for (const scope of ['a', 'b', 'c', 'd']) await commit(scope, 'run.failed');
    await clock.advance(SECOND_MS);
    const at = (name: string) => received.filter(({ url }) => url.includes(name)).length;
    expect(at('quick')).toBe(4);
    expect(at('slow')).toBe(TERMS.concurrency);
  });

  test('gets what was under way when the service stopped once more', async () => {
    const { start, commit, clock, received, answers, deliveries } = setWebhookStage();
    answers.set('https://ops.test/', () => 'never');
    const first = await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(SECOND_MS);
    await clock.finish(first.stop());
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 0 }]);
    answers.clear();
    await start([webhook('ops')]);
    await clock.advance(SECOND_MS);
    expect(received).toHaveLength(2);
    expect(received[0]?.messageId).toBe(received[1]?.messageId);
    expect(await deliveries()).toMatchObject([{ status: 'delivered' }]);
  });

  test('gets what is replayed, under the same id', async () => {
    const { start, commit, clock, store, received, deliveries } = setWebhookStage();
    await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(SECOND_MS);
    const [done] = await deliveries();
    if (done === undefined) expect.unreachable('nothing was delivered');
    const value = replayDelivery(done, clock.nowMs());
    await clock.finish(
      store.commit({
        scope: '@webhooks',
        expect: [],
        writes: [{ kind: 'put', collection: 'deliveries', key: value.id, value }],
        events: [],
      }),
    );
    await clock.advance(SECOND_MS);
    expect(received).toHaveLength(2);
    expect(received[1]).toMatchObject({ messageId: done.messageId, id: 'one:1.0' });
  });

  test('that is configured no more comes to its end', async () => {
    const { start, commit, clock, store, answers, deliveries } = setWebhookStage();
    answers.set('https://ops.test/', DOWN);
    const first = await start([webhook('ops')]);
    await commit('one', 'run.failed');
    await clock.advance(SECOND_MS / 2);
    await clock.finish(first.stop());
    await start([]);
    const why = 'the webhook is not configured any more';
    expect(await deliveries()).toMatchObject([{ status: 'failed', last: { detail: why } }]);
    expect(await clock.finish(store.find('webhooks'))).toEqual([]);
  });

  test('is forgotten by what was delivered to it after the configured time, and not before', async () => {
    const { start, commit, clock, answers, deliveries } = setWebhookStage();
    answers.set('https://ops.test/', () => 'never');
    await start([webhook('ops'), webhook('other')]);
    await commit('one', 'run.failed');
    await clock.advance(TERMS.keepMs - 1);
    expect(await deliveries()).toHaveLength(2);
    await clock.advance(2 * 3_600_000);
    expect(await deliveries()).toMatchObject([{ webhook: 'ops', status: 'pending' }]);
  });
});
