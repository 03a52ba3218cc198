import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { connect } from 'amqplib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { namesOf } from '../../../src/bus/amqp/topology.ts';
import type { EventRecord } from '../../../src/model/event.ts';
import { event, order, report } from '../../contract/bus/messages.ts';
import { asyncApi } from '../../docs/asyncapi.ts';
import { ownAmqpBus } from '../../support/amqp.ts';
import { describeOver } from '../../support/services/describe-over.ts';

/** AsyncAPI's own, as its makers publish it. */
const SPECIFICATION = 'node_modules/@asyncapi/specs/schemas/3.0.0.json';

const formats = addFormats as unknown as (ajv: Ajv) => void;

function judge() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addSchema(asyncApi(), 'biotope');
  return (message: string, value: unknown): string[] => {
    const name = message.replaceAll('/', '~1');
    const check = ajv.compile({ $ref: `biotope#/components/messages/${name}/payload` });
    check(value);
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

describe('the AsyncAPI document', () => {
  it('is what the specification asks for', () => {
    // It brings the schema of schemas along.
    const terms = { meta: false, validateSchema: false, validateFormats: false };
    const ajv = new Ajv({ strict: false, ...terms });
    const check = ajv.compile(JSON.parse(readFileSync(SPECIFICATION, 'utf8')));
    check(asyncApi());
    expect(check.errors ?? []).toEqual([]);
    // It is no schema that everything fits.
    expect(check({ ...asyncApi(), channels: { commands: { address: 7 } } })).toBe(false);
  });

  it('refers to nothing that it does not have', () => {
    const document = asyncApi();
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path));
    expect(references.size).toBeGreaterThan(10);
    for (const path of references) {
      const steps = (path ?? '').split('/');
      const found = steps.reduce<unknown>(
        (value, step) => (value as Record<string, unknown> | undefined)?.[step],
        document,
      );
      expect(found, path).toBeDefined();
    }
  });
});

describeOver(['RABBITMQ_URL'], 'what is really published', ({ RABBITMQ_URL: url }) => {
  it('is what the document says', async () => {
    const bus = ownAmqpBus({ url });
    const names = namesOf(bus.prefix);
    const seen = new Map<string, unknown>();
    const connection = await connect(url);
    onTestFinished(() => connection.close());
    const channel = await connection.createChannel();
    // The bus has declared all of it once it answers.
    await bus.ordersWaiting('default');
    const routes = {
      [names.events]: '#',
      [names.orders]: 'default',
      [names.reports]: names.reports,
    };
    for (const [exchange, key] of Object.entries(routes)) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, key);
      await channel.consume(queue, (message) => {
        if (message !== null) seen.set(exchange, JSON.parse(message.content.toString()));
      });
    }
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const failed: EventRecord = { ...event(1), type: 'step.failed', address: 'web[0]' };
    await bus.publishEvent(failed);
    await bus.sendOrder(order({ token: 'a-token', traceparent }));
    await bus.sendReport(report());
    await expect.poll(() => seen.size, { timeout: 10_000 }).toBe(3);
    const faults = judge();
    expect(faults('event', seen.get(names.events))).toEqual([]);
    expect(faults('order', seen.get(names.orders))).toEqual([]);
    expect(faults('report', seen.get(names.reports))).toEqual([]);
    expect(faults('order', seen.get(names.events))).not.toEqual([]);
  });

  it('and what intake takes is a command of the document', () => {
    const faults = judge();
    const data = { name: 'shop', template: 'hello' };
    const command = { id: 'c-1', source: '/shop', type: 'environment.create', data };
    expect(faults('environment.create', command)).toEqual([]);
    expect(faults('environment.create', { ...command, data: { name: 'A B' } })).not.toEqual([]);
  });
});
