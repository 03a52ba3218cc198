import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { blocksOf } from '../docs/markdown.ts';
import { createPlace, eventually, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

const SECRET = 'whsec_dGhpcy1pcy1hLXNlY3JldC1vZi1tYW55LWJ5dGVz';

let place: Place;
beforeEach(async () => {
  place = createPlace({ OPS_WEBHOOK_SECRET: SECRET });
  const note = writeTemplate(place, 'note', {
    'template.yaml': `${templateHead('note')}resources:
  - id: note
    executor: vault-secret
    with: { path: "\${environment.name}/note", generate: { word: { length: 24 } } }
outputs: { word: "\${resources.note.outputs.word}" }
`,
  });
  await place.run('template', 'publish', note);
});
afterEach(() => place.leave());

interface Message {
  id: string;
  type: string;
  body: string;
}

/** A receiver that a test tells how to answer. */
async function receiver(answer: (response: ServerResponse) => void) {
  const messages: Message[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    messages.push({ id: String(request.headers['webhook-id']), type: JSON.parse(body).type, body });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { messages, url: urlOf(server.address() as AddressInfo) };
}

const urlOf = ({ port }: Pick<AddressInfo, 'port'>) => `http://127.0.0.1:${port}/`;

const well = (response: ServerResponse) => void response.writeHead(204).end();

function configure(url: string, more = ''): string {
  return place.write(
    'biotope.yaml',
    `webhooks: [{ name: ops, url: "${url}", events: ["environment.*", "run.failed"], secrets: [{ variable: OPS_WEBHOOK_SECRET }] }]
server: { primary: true, listen: "127.0.0.1:0", metricsListen: null }
${more}`,
  );
}

async function startServer(config: string) {
  const server = place.start('server', '--config', config);
  await server.says('http://127.0.0.1:');
  return server;
}

const create = (name: string) => place.run('environment', 'create', name, '-t', 'note');

describe('a webhook of a server', () => {
  it('hears of what happens, and of what happened while no server ran', async () => {
    const { messages, url } = await receiver(well);
    const config = configure(url);
    const first = await startServer(config);
    expect((await create('one')).code).toBe(0);
    await eventually(() => messages.some(({ body }) => body.includes('"environment.ok"')));
    first.child.kill('SIGTERM');
    await first.end;
    expect((await create('two')).code).toBe(0);
    await startServer(config);
    await eventually(() => messages.some(({ body }) => JSON.parse(body).subject === 'two'));
    const told = messages.map(({ body }) => JSON.parse(body));
    expect(told[0]).toMatchObject({
      specversion: '1.0',
      id: 'one:2.1',
      source: '/biotope',
      type: 'environment.deploying',
      subject: 'one',
    });
    expect(new Set(told.map(({ type }) => type.split('.')[0]))).toEqual(new Set(['environment']));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });

  it('gets a message once more, under the same id, where the server was killed before it knew', async () => {
    let isHolding = true;
    const { messages, url } = await receiver((response) => {
      if (!isHolding) well(response);
    });
    const config = configure(url);
    const server = await startServer(config);
    expect((await create('one')).code).toBe(0);
    await eventually(() => messages.length > 0);
    const [lost] = messages;
    server.child.kill('SIGKILL');
    await server.end;
    isHolding = false;
    await startServer(config);
    await eventually(() => messages.filter(({ id }) => id === lost?.id).length === 2);
    await eventually(() => messages.some(({ type }) => type === 'environment.ok'));
    const [again] = messages.filter(({ id }) => id === lost?.id).slice(1);
    expect(again?.body).toBe(lost?.body);
  });

  it('is checked by the receiver that the page about webhooks shows', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
    const shown = blocksOf(page).find(({ language }) => language === 'js')?.text ?? '';
    const script = place.write('receiver.mjs', shown);
    const { url } = await receiver(well);
    const { port } = new URL(url);
    const free = String(Number(port) + 1);
    const env = { ...process.env, OPS_WEBHOOK_SECRET: SECRET, PORT: free };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await startServer(
      configure(urlOf({ port: Number(free) }), 'webhookDelivery: { initialDelayMs: 200 }'),
    );
    expect((await create('one')).code).toBe(0);
    await eventually(() => printed.includes('environment.ok'));
    const forged = await fetch(urlOf({ port: Number(free) }), {
      method: 'POST',
      headers: { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      body: '{}',
    });
    expect(forged.status).toBe(401);
  });

  it('whose secret is not there keeps the server from starting, and the secret is written nowhere', async () => {
    const { messages, url } = await receiver(well);
    const config = configure(url);
    const server = await startServer(config);
    await create('one');
    await eventually(() => messages.length > 0);
    expect(server.printed()).not.toContain(SECRET);
    expect(readFileSync(join(place.dataFolder, 'store.db'), 'latin1')).not.toContain(SECRET);
    server.child.kill('SIGTERM');
    await server.end;
    const text = readFileSync(config, 'utf8').replace('OPS_WEBHOOK_SECRET', 'OPS_OTHER');
    const without = await place.run('server', '--config', place.write('other.yaml', text));
    expect(without.code).not.toBe(0);
    expect(without.stderr).toContain('The variable OPS_OTHER for the webhook ops is not there');
  });

  it('lists what failed, with what was answered, and sends it again on demand', async () => {
    let status = 500;
    const { messages, url } = await receiver((response) => {
      response.writeHead(status).end('out of order');
    });
    await startServer(configure(url, 'webhookDelivery: { attemptsMax: 1 }'));
    await create('one');
    const failed = async () => (await place.json('webhook', 'deliveries', '--failed')).document;
    await eventually(() => messages.some(({ type }) => type === 'environment.ok'));
    let deliveries = (await failed()).deliveries;
    while (deliveries.length < messages.length) deliveries = (await failed()).deliveries;
    expect(deliveries[0]).toMatchObject({
      webhook: 'ops',
      status: 'failed',
      attempts: 1,
      event: { scope: 'one', type: 'environment.ok' },
      last: { status: 500, answer: 'out of order' },
    });
    const list = await place.run('webhook', 'list', '--config', 'biotope.yaml');
    expect(list.stdout).toMatch(/ops +0 +\d/);

    status = 204;
    const [newest] = deliveries;
    expect((await place.run('webhook', 'replay', newest.id)).code).toBe(0);
    await eventually(() => messages.filter(({ id }) => id === newest.messageId).length === 2);
    const before = messages.length;
    const all = await place.run('webhook', 'replay', '--failed-since', '2020-01-01');
    expect(all.stdout).toContain('on the way again');
    await eventually(() => messages.length === before + deliveries.length - 1);
    while ((await failed()).deliveries.length > 0);
    const delivered = await place.json('webhook', 'deliveries', 'ops');
    expect(delivered.document.deliveries).toHaveLength(deliveries.length);
  });
});
