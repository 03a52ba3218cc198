import { afterEach, expect, it } from 'vitest';
import { ownPrefix } from '../support/amqp.ts';
import { describeOver } from '../support/services/describe-over.ts';
import { createPlace, type Place } from './support/place.ts';

describeOver(['RABBITMQ_URL', 'RABBITMQ3_URL'], 'the doctor on RabbitMQ', (addresses) => {
  const { RABBITMQ_URL, RABBITMQ3_URL } = addresses;
  let place: Place;
  afterEach(() => place.leave());

  async function foundOf(url: string) {
    place = createPlace({ BIOTOPE_AMQP_URL: url, BIOTOPE_AMQP_PREFIX: ownPrefix() });
    const { document } = await place.json('doctor');
    const check = document.checks.find(({ name }: { name: string }) => name === 'RabbitMQ');
    return { check, told: JSON.stringify(document) };
  }

  it.each([
    [RABBITMQ_URL, 'RabbitMQ 4'],
    [RABBITMQ3_URL, 'RabbitMQ 3'],
  ])('says which one answers, and makes nothing there', async (url, product) => {
    const { check } = await foundOf(url);
    expect(check).toMatchObject({ status: 'ok' });
    expect(check.found).toMatch(new RegExp(`^${product}.*its queues are made by the first server`));
  });

  it('says that nobody is let in under this name, and keeps the password', async () => {
    const url = new URL(RABBITMQ_URL);
    url.password = 'planted-password';
    const { check, told } = await foundOf(url.href);
    expect(check).toMatchObject({ status: 'failed' });
    expect(check.found).toContain('ACCESS');
    expect(told).not.toContain('planted-password');
  });
});
