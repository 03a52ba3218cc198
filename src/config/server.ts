import { z } from 'zod';
import { count, group, listenAddress, milliseconds } from './pieces.ts';

/** Settings of `biotope server`. */
export const server = group({
  listen: listenAddress.default('127.0.0.1:8420').describe('Where the API answers.'),
  advertise: listenAddress
    .nullable()
    .default(null)
    .describe('Where others reach the API, for the registry of services; null: where it listens.'),
  metricsListen: listenAddress
    .nullable()
    .default('127.0.0.1:8421')
    .describe('Where metrics are told, in the text format of Prometheus; null: nowhere.'),
  primary: z.boolean().default(false).describe('It is the one that takes commands.'),
  primaryClusterName: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Of a secondary: the name of the cluster that it follows.'),
  graceMs: milliseconds(
    10_000,
    'How long steps may go on after SIGTERM before they are asked to stop.',
    0,
  ),
  takesOrders: z
    .boolean()
    .default(true)
    .describe(
      'It works on steps itself; false: workers of other processes alone do, which need amqp.url.',
    ),
  followersMax: count(1_000, 'Connections at once that follow a log or events.', 100_000),
});

/** OpenTelemetry. */
export const traces = group({
  otlpUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .default(null)
    .describe(
      'Where spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; null: where ' +
        'OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.',
    ),
});
