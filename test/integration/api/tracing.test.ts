import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../support/served.ts';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** Takes what comes by OTLP over HTTP, as a collector does. */
async function receiver() {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const told = (await json(request)) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    for (const { scopeSpans } of told.resourceSpans) {
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { spans, url: `http://127.0.0.1:${port}/v1/traces` };
}

const CREATE = { type: 'environment.create', data: { name: 'demo', template: 'hello@1.0.0' } };
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const ABOVE = '00f067aa0ba902b7';

test('one trace leads from the command over its run to every step', async () => {
  const { spans, url } = await receiver();
  const served = await serve({ environment: { BIOTOPE_TRACES_OTLP_URL: url } });
  const headers = { traceparent: `00-${TRACE_ID}-${ABOVE}-01` };
  const { body } = await served.send('/api/v1/commands', CREATE, headers);
  await served.ended(body.run.id);
  await served.stop();
  const asked = spans.find(({ name }) => name === 'POST /api/v1/commands');
  const run = spans.find(({ name }) => name === 'run create');
  expect(asked).toMatchObject({ traceId: TRACE_ID, parentSpanId: ABOVE });
  expect(run).toMatchObject({ traceId: TRACE_ID, parentSpanId: asked?.spanId });
  const steps = spans.filter(({ parentSpanId }) => parentSpanId === run?.spanId);
  expect(steps.map(({ name }) => name).toSorted()).toEqual([
    'create command',
    'create consul-kv',
    'create terraform',
    'create vault-secret',
  ]);
  for (const { traceId, startTimeUnixNano, endTimeUnixNano } of steps) {
    expect(traceId).toBe(TRACE_ID);
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
  }
});

test('a command that is part of nothing begins a trace, and a restart goes on with it', async () => {
  const { spans, url } = await receiver();
  const environment = { BIOTOPE_TRACES_OTLP_URL: url };
  const first = await serve({ environment });
  const { body } = await first.send('/api/v1/commands', CREATE);
  await first.stop();
  const second = await serve({ environment, folder: first.folder });
  await second.ended(body.run.id);
  await second.stop();
  const asked = spans.find(({ name }) => name === 'POST /api/v1/commands');
  expect(spans.filter(({ name }) => name === 'run create')).toMatchObject([
    { traceId: asked?.traceId, parentSpanId: asked?.spanId },
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([asked?.traceId]));
});

test('a collector that is not there keeps nothing from being done', async () => {
  const environment = { BIOTOPE_TRACES_OTLP_URL: 'http://127.0.0.1:1/v1/traces' };
  const served = await serve({ environment });
  const { body } = await served.send('/api/v1/commands', CREATE);
  expect(await served.ended(body.run.id)).toMatchObject({ status: 'succeeded' });
});
