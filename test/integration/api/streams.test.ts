import { describe, expect, test } from 'vitest';
import { readStream } from '../../support/event-source.ts';
import { type Served, serve } from '../../support/served.ts';

async function create({ send }: Served, name: string): Promise<string> {
  const command = { type: 'environment.create', data: { name, template: 'hello@1.0.0' } };
  const { body } = await send('/api/v1/commands', command);
  return body.run.href;
}

describe('the stream of a run', () => {
  test('tells its log as it is written, and ends with it', async () => {
    const served = await serve();
    const run = await create(served, 'demo');
    const messages = await readStream(`${served.url}${run}/logs`);
    expect(messages.at(-1)?.event).toBe('end');
    const pages = await served.ask(`${run}/logs`);
    const logged = messages.filter(({ event }) => event === 'log');
    expect(logged.map(({ data }) => data)).toEqual(pages.body.items);
    expect(new Set(logged.map(({ data }) => data.step))).toContain('site');
  });

  test('goes on behind the last id that its reader has seen, without a gap or a repetition', async () => {
    const served = await serve();
    const url = `${served.url}${await create(served, 'demo')}/events`;
    const first = await readStream(url, { enough: (all) => all.length >= 3 });
    const seen = first.at(-1)?.id ?? '';
    const rest = await readStream(url, { headers: { 'last-event-id': seen } });
    const whole = await readStream(url);
    expect([...first, ...rest].map(({ id, event }) => `${id} ${event}`)).toEqual(
      whole.map(({ id, event }) => `${id} ${event}`),
    );
    expect(whole.map(({ event }) => event)).toContain('run.succeeded');
  });

  test('tells two hundred readers at once every line, each in its order', async () => {
    const served = await serve();
    const url = `${served.url}${await create(served, 'demo')}/logs`;
    const heard = await Promise.all(Array.from({ length: 200 }, () => readStream(url)));
    const whole = JSON.stringify(await readStream(url));
    expect(heard.filter((messages) => JSON.stringify(messages) !== whole)).toEqual([]);
    expect(heard[0]?.length).toBeGreaterThan(4);
  });

  test('is refused beyond as many followers as the server may have', async () => {
    const served = await serve({ environment: { BIOTOPE_SERVER_FOLLOWERS_MAX: '1' } });
    await create(served, 'demo');
    const leave = new AbortController();
    const headers = { accept: 'text/event-stream' };
    const url = `${served.url}/api/v1/environments/demo/events`;
    await fetch(url, { headers, signal: leave.signal });
    const refused = await fetch(url, { headers });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'SERVER_FULL', retryable: true });
    leave.abort();
    const again = async () => (await fetch(url, { headers })).status;
    await expect.poll(again).toBe(200);
  });
});

test('events of an environment are told to who follows it, and to nobody else', async () => {
  const served = await serve();
  await served.ended((await create(served, 'one')).split('/').at(-1) ?? '');
  const url = `${served.url}/api/v1/environments/one/events`;
  const { body } = await served.ask('/api/v1/environments/one/events?limit=1000');
  const after = body.items.at(-1).sequence;
  const following = readStream(`${url}?after=${after}`, {
    enough: (all) => all.some(({ event }) => event === 'run.succeeded'),
  });
  await create(served, 'two');
  await served.send('/api/v1/commands', { type: 'environment.destroy', data: { name: 'one' } });
  const heard = await following;
  expect(new Set(heard.map(({ data }) => data.scope))).toEqual(new Set(['one']));
  expect(heard.map(({ event }) => event)).toContain('environment.destroyed');
});

test('a Last-Event-ID that was never told is refused', async () => {
  const { ask } = await serve();
  const headers = { accept: 'text/event-stream', 'last-event-id': 'yesterday' };
  expect(await ask('/api/v1/events', { headers })).toMatchObject({
    status: 400,
    body: { code: 'REQUEST_INVALID' },
  });
});
