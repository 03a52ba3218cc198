import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PostgresData, postgresData } from '../support/postgres.ts';
import { describeOver } from '../support/services/describe-over.ts';
import { createPlace, eventually, type Place, type Running } from './support/place.ts';
import { switchedTemplate } from './support/templates.ts';

const LEASE_MS = 3_000;

describeOver(['POSTGRES_URL'], 'several servers on one PostgreSQL', ({ POSTGRES_URL }) => {
  let place: Place;
  let data: PostgresData;

  beforeEach(() => {
    data = postgresData(POSTGRES_URL);
    place = createPlace({
      BIOTOPE_POSTGRES_URL: POSTGRES_URL,
      BIOTOPE_POSTGRES_SCHEMA: data.schema,
      BIOTOPE_SERVER_LISTEN: '127.0.0.1:0',
      BIOTOPE_SERVER_METRICS_LISTEN: '127.0.0.1:0',
      BIOTOPE_ENGINE_RUN_LEASE_MS: String(LEASE_MS),
      BIOTOPE_ENGINE_CLAIM_LEASE_MS: String(LEASE_MS),
      BIOTOPE_LOG_LEVEL: 'info',
    });
  });
  afterEach(async () => {
    letGo();
    await place.leave();
    await data.remove();
  });

  const hold = () => place.write('switches/hold', '');
  const letGo = () => rmSync(join(place.folder, 'switches/hold'), { force: true });
  const hasBegun = () => existsSync(join(place.folder, 'switches/journal'));
  const folderOf = (name: string) => join(place.folder, name);

  function shareKey(name: string): void {
    mkdirSync(folderOf(name), { mode: 0o700 });
    copyFileSync(join(folderOf('one'), 'secret.key'), join(folderOf(name), 'secret.key'));
  }

  /** Each over a data folder of its own; all with one key. */
  async function start(name: string): Promise<{ server: Running; url: string }> {
    if (name !== 'one') shareKey(name);
    const server = place.start('server', '--primary', '--data', folderOf(name));
    await server.says('Ctrl-C ends it');
    return { server, url: /answers at (http:\S+)/.exec(server.printed())?.[1] ?? '' };
  }

  async function ask(url: string, path: string) {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: await response.json() };
  }

  async function create(url: string, name: string, template = 'switched') {
    const response = await fetch(`${url}/api/v1/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'environment.create', data: { name, template } }),
    });
    expect(response.status).toBe(202);
    const { run } = await response.json();
    return run.href as string;
  }

  const statusOf = async (url: string, name: string) =>
    (await ask(url, `/api/v1/environments/${name}`)).body.status;

  const leads = ({ server }: { server: Running }) =>
    (server.printed().match(/this process leads/g) ?? []).length >
    (server.printed().match(/leads no more/g) ?? []).length;

  it('take commands through any of them, and each shows what the others did', async () => {
    const one = await start('one');
    await place.run('template', 'publish', switchedTemplate(place), '--data', folderOf('one'));
    const two = await start('two');
    await Promise.all([create(one.url, 'first'), create(two.url, 'second')]);
    for (const { url } of [one, two]) {
      await eventually(async () => (await statusOf(url, 'first')) === 'ok');
      await eventually(async () => (await statusOf(url, 'second')) === 'ok');
    }
    expect([leads(one), leads(two)]).toEqual([true, false]);
  });

  it('lose nothing when one is killed: another one leads and finishes its runs within a lease', async () => {
    const one = await start('one');
    await place.run('template', 'publish', switchedTemplate(place), '--data', folderOf('one'));
    hold();
    const run = await create(one.url, 'demo');
    await eventually(hasBegun);
    const two = await start('two');
    const followed = fetch(`${two.url}${run}/events`, { headers: { accept: 'text/event-stream' } });
    one.server.child.kill('SIGKILL');
    await one.server.end;
    letGo();
    const killedAtMs = performance.now();
    await eventually(() => leads(two));
    const ledAfterMs = performance.now() - killedAtMs;
    await eventually(async () => (await statusOf(two.url, 'demo')) === 'ok');
    expect(ledAfterMs).toBeLessThan(LEASE_MS + 3_000);
    expect((await ask(two.url, run)).body.status).toBe('succeeded');
    await (await followed).body?.cancel();
  });

  it('share their store with command lines over other folders, which make nothing by reading', async () => {
    const list = async (folder: string) =>
      (await place.json('environment', 'list', '--data', folderOf(folder))).document.environments;
    expect(await list('reader')).toEqual([]);
    expect(await data.query('SELECT to_regnamespace($1) AS made', [data.schema])).toEqual([
      { made: null },
    ]);
    const one = await start('one');
    await place.run('template', 'publish', switchedTemplate(place), '--data', folderOf('one'));
    await create(one.url, 'first');
    await eventually(async () => (await statusOf(one.url, 'first')) === 'ok');
    expect(await list('reader')).toMatchObject([{ name: 'first', status: 'ok' }]);
    shareKey('guest');
    const made = ['environment', 'create', 'second', '-t', 'switched', '--data', folderOf('guest')];
    expect(await place.run(...made)).toMatchObject({ code: 0 });
    expect(await statusOf(one.url, 'second')).toBe('ok');
    expect(leads(one)).toBe(true);
    const { document } = await place.json('doctor', '--data', folderOf('guest'));
    expect(document.checks).toContainEqual(
      expect.objectContaining({ name: 'PostgreSQL', status: 'warning' }),
    );
  });

  it('refuse what one writes that was stopped for longer than its lease', async () => {
    const one = await start('one');
    await place.run('template', 'publish', switchedTemplate(place), '--data', folderOf('one'));
    const two = await start('two');
    hold();
    await create(one.url, 'demo');
    await eventually(hasBegun);
    const holder = async () => {
      const [run] = await data.query(
        "SELECT value::json #>> '{lease,holder}' AS holder FROM records WHERE collection = 'runs'",
      );
      return run?.holder ?? null;
    };
    const stopped = await holder();
    const isOne = String(stopped).includes(`-${one.server.child.pid}-`);
    const [first, second] = isOne ? [one, two] : [two, one];
    first.server.child.kill('SIGSTOP');
    await eventually(async () => ![stopped, null].includes(await holder()));
    letGo();
    await eventually(async () => (await statusOf(second.url, 'demo')) === 'ok');
    // That its report was refused is told by an event, which touches no record.
    const last = () =>
      data.query("SELECT max(number)::int FROM journal WHERE scope = 'demo' AND touched <> '[]'");
    const written = await last();
    first.server.child.kill('SIGCONT');
    await eventually(async () => (await statusOf(first.url, 'demo')) === 'ok');
    // It goes on as one of them, and leads no more.
    await create(first.url, 'next');
    await eventually(async () => (await statusOf(second.url, 'next')) === 'ok');
    await eventually(() => leads(second) && !leads(first));
    expect(await last()).toEqual(written);
  });

  it('are refused where their keys differ, and are told what to do', async () => {
    await start('one');
    const { code, stderr } = await place.run('server', '--primary', '--data', folderOf('two'));
    expect(code).toBe(1);
    expect(stderr).toContain('SEALING_KEY_DIFFERS');
    expect(stderr).toContain('vault.url');
  });

  it('hand the leadership over when one ends', async () => {
    const one = await start('one');
    const two = await start('two');
    expect([leads(one), leads(two)]).toEqual([true, false]);
    one.server.child.kill('SIGTERM');
    expect((await one.server.end).code).toBe(0);
    await eventually(() => leads(two));
  });
});
