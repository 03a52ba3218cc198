import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { namesOf } from '../../src/bus/amqp/topology.ts';
import { ownPrefix, removeTopology } from '../support/amqp.ts';
import { describeOver } from '../support/services/describe-over.ts';
import { getAmqpTools } from '../support/services/fetch/amqp-tools.ts';
import { createPlace, eventually, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

const execute = promisify(execFile);

describeOver(['RABBITMQ_URL'], 'a server on RabbitMQ', ({ RABBITMQ_URL: amqp }) => {
  let place: Place;
  let prefix: string;

  beforeEach(() => {
    prefix = ownPrefix();
    place = createPlace({
      BIOTOPE_AMQP_URL: amqp,
      BIOTOPE_AMQP_PREFIX: prefix,
      BIOTOPE_SERVER_LISTEN: '127.0.0.1:0',
      BIOTOPE_SERVER_METRICS_LISTEN: '127.0.0.1:0',
    });
  });
  afterEach(async () => {
    await place.leave();
    await removeTopology(amqp, prefix);
  });

  async function startServer(): Promise<string> {
    const template = writeTemplate(place, 'templates/keys', {
      'template.yaml': `${templateHead('keys')}resources:
  - { id: web, executor: consul-kv, with: { prefix: "\${environment.name}", entries: { a: 1 } } }
`,
    });
    const published = await place.run('template', 'publish', template);
    expect(published.code, published.stderr).toBe(0);
    const server = place.start('server', '--primary');
    await server.says('Ctrl-C ends it');
    return /answers at (http:\S+)/.exec(server.printed())?.[1] ?? '';
  }

  /** With a program that knows nothing of Biotope. */
  async function publish(body: string): Promise<void> {
    const tools = await getAmqpTools();
    const { commands } = namesOf(prefix);
    const words = ['--url', amqp, '--exchange', commands, '--routing-key', 'environment.create'];
    await execute(tools.publish, [...words, '--persistent', '--body', body], {
      env: { ...process.env, ...tools.environment },
    });
  }

  const command = (facts: object) =>
    JSON.stringify({ specversion: '1.0', source: '/a-program', ...facts });

  /** What everybody hears of from now on. */
  async function hear() {
    const connection = await connect(amqp);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.assertExchange(namesOf(prefix).events, 'topic', { durable: true });
    await channel.bindQueue(queue, namesOf(prefix).events, '#');
    const heard: { type: string; data: Record<string, unknown> }[] = [];
    await channel.consume(queue, (message) => {
      if (message !== null) heard.push(JSON.parse(message.content.toString()));
    });
    return { heard, close: () => connection.close() };
  }

  it('takes commands of a client that is not ours, tells what became of them, and keeps what is dead', async () => {
    const { heard, close } = await hear();
    const url = await startServer();
    const data = { name: 'shop', template: 'keys' };
    await publish(command({ id: 'c-1', type: 'environment.create', data }));
    // The same again, as a client that heard no answer sends it.
    await publish(command({ id: 'c-1', type: 'environment.create', data }));
    await eventually(() => heard.some(({ type }) => type === 'environment.ok'));
    expect(heard.filter(({ type }) => type === 'run.queued')).toHaveLength(1);
    const shown = await (await fetch(`${url}/api/v1/environments/shop`)).json();
    expect(shown.status).toBe('ok');

    await publish(command({ id: 'c-2', type: 'environment.create', data }));
    await publish('{"type": "environment.craete"');
    const rejected = () => heard.filter(({ type }) => type === 'command.rejected');
    await eventually(() => rejected().length === 2);
    expect(rejected().map(({ data: { code } }) => code)).toEqual([
      'ENVIRONMENT_EXISTS',
      'COMMAND_INVALID',
    ]);

    // What is understood and refused is over; what nobody understands is a dead letter.
    await eventually(async () => (await place.json('dlq', 'list')).document.total === 1);
    const { document } = await place.json('dlq', 'list');
    expect(document.letters).toMatchObject([
      { from: 'commands', reason: expect.stringMatching(/not JSON in UTF-8/), type: null },
    ]);
    const [letter] = document.letters;
    const replayed = await place.run('dlq', 'replay', letter.id);
    expect(replayed.stdout).toBe('1 message in the queue again.\n');
    // Nobody understands it now either.
    await eventually(() => rejected().length === 3);
    await eventually(async () => (await place.json('dlq', 'list')).document.total === 1);
    const gone = await place.json('dlq', 'replay', letter.id);
    expect(gone).toMatchObject({ code: 1, document: { error: { code: 'MESSAGE_NOT_FOUND' } } });
    await close();
  });

  it('is asked for its dead letters in vain where no broker is configured', async () => {
    const alone = createPlace();
    const { code, document } = await alone.json('dlq', 'list');
    expect(code).toBe(64);
    expect(document.error.message).toMatch(/No broker is configured/);
    await alone.leave();
  });
});
