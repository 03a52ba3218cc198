import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, eventually, type Place, type Running } from './support/place.ts';
import { switchedTemplate } from './support/templates.ts';

let place: Place;
beforeEach(() => {
  place = createPlace({
    BIOTOPE_SERVER_LISTEN: '127.0.0.1:0',
    BIOTOPE_SERVER_METRICS_LISTEN: '127.0.0.1:0',
    BIOTOPE_LOG_LEVEL: 'info',
  });
});
afterEach(async () => {
  letGo();
  await place.leave();
});

const hold = () => place.write('switches/hold', '');
const letGo = () => rmSync(join(place.folder, 'switches/hold'), { force: true });
const journal = () => readFileSync(join(place.folder, 'switches/journal'), 'utf8');
const hasBegun = () => existsSync(join(place.folder, 'switches/journal'));

const CREATE = { type: 'environment.create', data: { name: 'demo', template: 'switched' } };

async function start(...flags: string[]): Promise<{ server: Running; url: string }> {
  const server = place.start('server', '--primary', ...flags);
  await server.says('Ctrl-C ends it');
  const url = /answers at (http:\S+)/.exec(server.printed())?.[1] ?? '';
  return { server, url };
}

async function ask(url: string, path: string) {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: await response.json() };
}

async function send(url: string, body: object) {
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${url}/api/v1/commands`, request);
  return { status: response.status, body: await response.json() };
}

/** A server in the middle of a step that goes on until the switch lets it go. */
async function busyServer() {
  await place.run('template', 'publish', switchedTemplate(place));
  hold();
  const { server, url } = await start();
  const { body } = await send(url, CREATE);
  await eventually(hasBegun);
  return { server, url, run: body.run.href as string };
}

async function hasEnded(url: string, run: string) {
  const { body } = await ask(url, run);
  return body.finishedAt !== null;
}

describe('a server', () => {
  it('answers, builds what it is told to and ends with 0 when it is asked to end', async () => {
    const { server, url } = await start();
    expect((await ask(url, '/readyz')).status).toBe(200);
    expect((await ask(url, '/api/v1/health')).body).toMatchObject({ status: 'pass' });
    const sent = await send(url, { ...CREATE, data: { name: 'demo', template: 'hello' } });
    expect(sent.status).toBe(202);
    await eventually(() => hasEnded(url, sent.body.run.href));
    expect((await ask(url, '/api/v1/environments/demo')).body.status).toBe('ok');
    server.child.kill('SIGTERM');
    expect((await server.end).code).toBe(0);
    const shown = await place.json('environment', 'show', 'demo');
    expect(shown.document.environment.status).toBe('ok');
  });

  it('takes the commands of other command lines over the same folder', async () => {
    const { server } = await start();
    const { code, stderr } = await place.run('environment', 'create', 'demo', '-t', 'hello');
    expect(code).toBe(0);
    expect(stderr).toContain(`handed over to process ${server.child.pid} (biotope server)`);
    const listed = await place.json('environment', 'list');
    expect(listed.document.environments).toMatchObject([{ name: 'demo', status: 'ok' }]);
  });

  it('publishes what other command lines over the same folder give it', async () => {
    const { url } = await start();
    const published = await place.run('template', 'publish', switchedTemplate(place));
    expect(published).toMatchObject({ code: 0 });
    expect(published.stdout).toContain('published switched@1.0.0');
    expect((await ask(url, '/api/v1/templates/switched')).body).toMatchObject({ version: '1.0.0' });
    const again = await place.run('template', 'publish', switchedTemplate(place));
    expect(again).toMatchObject({ code: 0 });
  });

  it('that is the second over one data folder is refused, and names the first', async () => {
    const { server } = await start();
    const { code, stderr } = await place.run('server', '--primary');
    expect(code).toBe(1);
    expect(stderr).toContain(`Process ${server.child.pid} (biotope server) drives the data folder`);
  });

  it('whose address is taken says so and begins nothing', async () => {
    const { url } = await start();
    const other = ['--data', join(place.folder, 'other'), '--listen', new URL(url).host];
    const { code, stderr } = await place.run('server', '--primary', ...other);
    expect(code).toBe(1);
    expect(stderr).toContain('docs/errors/ADDRESS_IN_USE.md');
    const again = await start('--data', join(place.folder, 'other'));
    expect((await ask(again.url, '/readyz')).status).toBe(200);
  });

  it.each([
    { flags: [], code: 64, says: '--primary takes commands' },
    {
      flags: ['--primary', '--primary-cluster-name', 'east'],
      code: 64,
      says: 'exclude each other',
    },
    { flags: ['--primary-cluster-name', 'east'], code: 1, says: 'cannot run as a secondary yet' },
    { flags: ['--primary', '--listen', 'nonsense'], code: 64, says: 'HOST:PORT' },
    { flags: ['--primary', '--listen', '192.0.2.1:0'], code: 64, says: 'nobody needs a token' },
  ])('with $flags is refused with $code', async ({ flags, code, says }) => {
    const end = await place.run('server', ...flags);
    expect(end.stderr).toContain(says);
    expect(end.code).toBe(code);
    expect(existsSync(place.dataFolder) && existsSync(join(place.dataFolder, 'driver.json'))).toBe(
      false,
    );
  });
});

describe('a server that ends in the middle of a step', () => {
  it('by SIGTERM takes no more commands, lets the step end, and the next one goes on', async () => {
    const { server, url, run } = await busyServer();
    server.child.kill('SIGTERM');
    await eventually(async () => (await ask(url, '/readyz')).status === 503);
    expect((await send(url, CREATE)).body).toMatchObject({ code: 'SERVER_NOT_READY' });
    expect((await ask(url, run)).body.status).toBe('running');
    letGo();
    expect((await server.end).code).toBe(0);
    const next = await start();
    await eventually(() => hasEnded(next.url, run));
    expect((await ask(next.url, run)).body.status).toBe('succeeded');
    expect(journal().match(/begins/g)).toHaveLength(1);
  });

  it('by SIGTERM asks a step to stop that outlasts the grace', async () => {
    place.write('biotope.yaml', 'server: { graceMs: 100 }\n');
    await place.run('template', 'publish', switchedTemplate(place));
    hold();
    const { server, url } = await start('--config', 'biotope.yaml');
    const { body } = await send(url, CREATE);
    await eventually(hasBegun);
    server.child.kill('SIGTERM');
    expect((await server.end).code).toBe(0);
    letGo();
    const next = await start();
    await eventually(() => hasEnded(next.url, body.run.href));
    expect((await ask(next.url, body.run.href)).body.status).toBe('succeeded');
  });

  it('by kill -9 goes on with its run when it is started again', async () => {
    const { server, run } = await busyServer();
    server.child.kill('SIGKILL');
    await server.end;
    letGo();
    const next = await start();
    await eventually(() => hasEnded(next.url, run));
    const { body } = await ask(next.url, run);
    expect(body.status).toBe('succeeded');
    expect((await ask(next.url, '/api/v1/environments/demo')).body.status).toBe('ok');
  });
});
