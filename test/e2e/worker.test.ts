import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeOver } from '../support/services/describe-over.ts';
import { createPlace, eventually, type Place } from './support/place.ts';
import { startServer } from './support/server.ts';
import { blindTemplate, switchedTemplate } from './support/templates.ts';
import {
  ask,
  begin,
  createBrokerPlace,
  ended,
  restartServer,
  startWorker,
} from './support/workers.ts';

const switchesOf = (place: Place) => ({
  hold: () => place.write('switches/hold', ''),
  letGo: () => rmSync(join(place.folder, 'switches/hold'), { force: true }),
  begun: () => {
    const journal = join(place.folder, 'switches/journal');
    const text = existsSync(journal) ? readFileSync(journal, 'utf8') : '';
    return text.match(/begins/g)?.length ?? 0;
  },
});

/** A server and a worker in the middle of a step that goes on until it is let go. */
async function busy(place: Place, template = switchedTemplate(place)) {
  const switches = switchesOf(place);
  await place.run('template', 'publish', template);
  switches.hold();
  const server = await startServer(place);
  const worker = await startWorker(place, { servers: [server], name: 'first' });
  const run = await begin(server, template.split('/').at(-1) ?? '');
  await eventually(() => switches.begun() === 1);
  return { server, worker, run, ...switches };
}

describe('a worker without what it needs', () => {
  it('says all that is missing, and what to configure', async () => {
    const place = createPlace();
    const { code, stderr } = await place.run('worker', '--pool', 'default');
    expect(code).toBe(64);
    for (const setting of ['amqp.url', 'worker.servers', 'vault.url', 'consul.url']) {
      expect(stderr).toContain(`${setting}: `);
    }
    expect(existsSync(place.dataFolder)).toBe(false);
    await place.leave();
  });

  it('does not send orders over plain http to another machine', async () => {
    const place = createPlace({ BIOTOPE_AMQP_URL: 'amqp://127.0.0.1:9' });
    await place.run('environment', 'create', 'demo', '--template', 'hello', '--no-wait');
    const args = ['worker', '--pool', 'default', '--server', 'http://biotope.example.com'];
    expect(await place.run(...args)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('is plain http'),
    });
    await place.leave();
  });
});

describeOver(['RABBITMQ_URL'], 'workers over RabbitMQ', ({ RABBITMQ_URL: url }) => {
  it('do not begin without Terraform: they would fail what others can do', async () => {
    const nowhere = { BIOTOPE_TERRAFORM_BINARY: '/nowhere/terraform' };
    const place = createBrokerPlace(url, nowhere);
    await startServer(place);
    const args = ['worker', '--pool', 'default', '--server', 'http://127.0.0.1:9'];
    const { code, stderr } = await place.run(...args);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('docs/errors/TERRAFORM_MISSING.md'),
    });
    await place.leave();
  });

  it('build and destroy, and end with 0 when they are asked to end', async () => {
    const place = createBrokerPlace(url, { BIOTOPE_WORKER_LISTEN: '127.0.0.1:0' });
    const server = await startServer(place);
    const worker = await startWorker(place, { servers: [server] });
    const listening = /health +(http:\S+)\/readyz/.exec(worker.printed())?.[1] ?? '';
    expect(await ask(listening, '/readyz')).toEqual({ status: 'ok' });
    expect(await (await fetch(`${listening}/metrics`)).text()).toContain(
      'biotope_worker_steps{pool="default"} 0',
    );
    expect(await ended(server, await begin(server, 'hello'))).toMatchObject({
      status: 'succeeded',
    });
    const { items } = await ask(server.url, '/api/v1/runs?environment=demo');
    expect(worker.printed()).toContain(`"run":"${items[0].id}","environment":"demo","step":"site"`);
    expect(worker.printed()).toContain('"answer":"handed-over"');
    const environment = ['--server', server.url, '--yes'];
    const destroyed = await place.run('environment', 'destroy', 'demo', ...environment);
    expect(destroyed.code).toBe(0);
    worker.child.kill('SIGTERM');
    expect((await worker.end).code).toBe(0);
    expect(readdirSync(join(place.dataFolder, 'workers/default-1/work'))).toEqual([]);
  });

  it('share a data folder, each with a folder of its own', async () => {
    const place = createBrokerPlace(url);
    const server = await startServer(place);
    const servers = [server];
    await startWorker(place, { servers, name: 'east' });
    await startWorker(place, { servers });
    await startWorker(place, { servers });
    const names = readdirSync(join(place.dataFolder, 'workers')).toSorted();
    expect(names).toEqual(['default-1', 'default-2', 'east']);
    const args = ['worker', '--pool', 'default', '--server', server.url, '--name', 'east'];
    expect(await place.run(...args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Another worker named east'),
    });
  });

  it('take up what one was killed over, once its claim is lost', async () => {
    const place = createBrokerPlace(url, { BIOTOPE_ENGINE_CLAIM_LEASE_MS: '3000' });
    const { server, worker, run, letGo, begun } = await busy(place);
    worker.child.kill('SIGKILL');
    await worker.end;
    letGo();
    await startWorker(place, { servers: [server], name: 'second' });
    expect(await ended(server, run)).toMatchObject({ status: 'succeeded' });
    expect(begun()).toBe(2);
    // The one that was killed, whoever looked, and the one that did it.
    expect(await ask(server.url, `${run}/steps/middle`)).toMatchObject({ claims: 3 });
  });

  it('that were stopped for longer than their lease change nothing any more', async () => {
    const place = createBrokerPlace(url, { BIOTOPE_ENGINE_CLAIM_LEASE_MS: '3000' });
    const { server, worker, run, letGo } = await busy(place);
    worker.child.kill('SIGSTOP');
    const second = await startWorker(place, { servers: [server], name: 'second' });
    await eventually(async () => (await ask(server.url, `${run}/steps/middle`)).claims === 3);
    letGo();
    expect(await ended(server, run)).toMatchObject({ status: 'succeeded' });
    const before = await ask(server.url, `${run}/steps/middle`);
    worker.child.kill('SIGCONT');
    await worker.says('The claim of a step is lost');
    expect(await ask(server.url, `${run}/steps/middle`)).toEqual(before);
    expect(second.printed()).toContain('"step":"middle","operation":"apply"');
    const { items } = await ask(server.url, '/api/v1/environments/demo/events?limit=200');
    const ends = items.filter(({ type }: { type: string }) => type === 'step.succeeded');
    expect(ends).toHaveLength(4);
  });

  it('have their reports recorded by the server that comes after the one that was killed', async () => {
    const place = createBrokerPlace(url);
    const { server, worker, run, letGo, begun } = await busy(place, blindTemplate(place));
    server.process.child.kill('SIGKILL');
    await server.process.end;
    letGo();
    await worker.says('a step is reported');
    const next = await restartServer(place, server);
    // Nobody could have looked how it ended: there is only the report.
    expect(await ended(next, run)).toMatchObject({ status: 'succeeded' });
    expect(begun()).toBe(1);
    expect(await ask(next.url, `${run}/steps/blind`)).toMatchObject({ claims: 1 });
  });

  it('go on against another server where the first one ends', async () => {
    const place = createBrokerPlace(url);
    const server = await startServer(place);
    const away = { ...server, url: 'http://127.0.0.1:9' };
    await startWorker(place, { servers: [away, server] });
    expect(await ended(server, await begin(server, 'hello'))).toMatchObject({
      status: 'succeeded',
    });
  });

  it('that are asked to end give back what they cannot finish', async () => {
    const place = createBrokerPlace(url, { BIOTOPE_WORKER_GRACE_MS: '0' });
    const { server, worker, run, letGo, begun } = await busy(place);
    worker.child.kill('SIGTERM');
    expect((await worker.end).code).toBe(0);
    letGo();
    await startWorker(place, { servers: [server], name: 'second' });
    expect(await ended(server, run)).toMatchObject({ status: 'succeeded' });
    expect(begun()).toBe(2);
    expect(await ask(server.url, `${run}/steps/middle`)).toMatchObject({ attempt: 1 });
  });
});
