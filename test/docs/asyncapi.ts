import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { namesOf } from '../../src/bus/amqp/topology.ts';
import { commandSchemas } from '../../src/bus/messages/commands.ts';
import { envelopeSchema } from '../../src/bus/messages/envelope.ts';
import { eventSchema } from '../../src/bus/messages/events.ts';
import { orderSchema } from '../../src/bus/messages/orders.ts';
import { workerReportSchema } from '../../src/bus/messages/worker-report.ts';
import { jsonSchemaOf, type Schema } from './json-schema.ts';

interface Message {
  title: string;
  summary: string;
  payload: z.ZodType;
}

interface Channel {
  address: string;
  description: string;
  kind: 'topic' | 'direct';
  messages: Record<string, Message>;
}

/** What goes over the broker, as an AsyncAPI 3.0 document. */
export function asyncApi(): Schema {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const channels = channelsOf();
  const messages = Object.assign({}, ...Object.values(channels).map((one) => one.messages));
  const made = Object.entries<Message>(messages).map(([name, message]) => write(name, message));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Biotope over RabbitMQ',
      version,
      description:
        'Commands in, events out, and the work between servers and workers. Names begin with the ' +
        'setting amqp.prefix, "biotope" where nothing else is set. All messages are CloudEvents 1.0 ' +
        'in structured JSON.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, channel]) => [name, writeChannel(channel)]),
    ),
    operations: {
      takeCommands: operation('receive', 'commands', 'Commands are taken in, each once.'),
      tellEvents: operation('send', 'events', 'Everybody hears of what happened.'),
      giveOrders: operation('send', 'orders', 'Workers of a pool are given steps.'),
      takeReports: operation('receive', 'reports', 'Workers say how steps ended.'),
    },
    components: {
      messages: Object.fromEntries(made.map(({ name, message }) => [name, message])),
      schemas: Object.assign({}, ...made.map(({ schemas }) => schemas)),
    },
  };
}

function channelsOf(): Record<string, Channel> {
  const names = namesOf('biotope');
  return {
    commands: {
      address: names.commands,
      description: 'Published with any routing key, they come to the queue of the same name.',
      kind: 'topic',
      messages: Object.fromEntries(
        Object.entries(commandSchemas).map(([type, data]) => [
          type,
          inEnvelope(type, `The command ${type}.`, data),
        ]),
      ),
    },
    events: {
      address: names.events,
      description: 'The routing key is the type of the event. Bind a queue of your own.',
      kind: 'topic',
      messages: {
        event: {
          title: 'An event',
          summary: 'At least once, in order within each environment, with a stable id.',
          payload: eventSchema,
        },
      },
    },
    orders: {
      address: names.orders,
      description: 'The routing key is the pool, each of which has a queue.',
      kind: 'direct',
      messages: {
        order: inEnvelope('order', 'From a server to the workers of a pool.', orderSchema),
      },
    },
    reports: {
      address: names.reports,
      description: 'Any server takes them.',
      kind: 'direct',
      messages: {
        report: inEnvelope('report', 'From a worker to any server.', workerReportSchema),
      },
    },
  };
}

function inEnvelope(type: string, summary: string, data: z.ZodType): Message {
  const payload = envelopeSchema.extend({
    type: z.literal(type).describe('What it is.'),
    data: data.describe('What it carries.'),
  });
  return { title: type, summary, payload };
}

function writeChannel({ address, description, kind, messages }: Channel): Schema {
  return {
    address,
    description,
    messages: Object.fromEntries(
      Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: address, type: kind, durable: true, autoDelete: false },
        bindingVersion: '0.3.0',
      },
    },
  };
}

function operation(action: 'send' | 'receive', channel: string, summary: string): Schema {
  return { action, channel: { $ref: `#/channels/${channel}` }, summary };
}

/** Definitions of a payload stand beside those of others, under names that begin with its own. */
function write(name: string, { title, summary, payload }: Message) {
  const { definitions = {}, ...schema } = jsonSchemaOf(payload);
  const rename = (value: unknown): unknown => {
    const text = JSON.stringify(value);
    return JSON.parse(text.replaceAll('"#/definitions/', `"#/components/schemas/${name}.`));
  };
  const schemas = Object.entries(definitions as Record<string, unknown>).map(([one, meaning]) => [
    `${name}.${one}`,
    rename(meaning),
  ]);
  const contentType = 'application/cloudevents+json';
  return {
    name,
    message: { name, title, summary, contentType, payload: rename(schema) },
    schemas: Object.fromEntries(schemas),
  };
}
