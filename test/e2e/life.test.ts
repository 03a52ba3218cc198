import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, isRunning, type Place } from './support/place.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(async () => {
  await place.run('environment', 'destroy', 'site', '--yes');
  await place.leave();
});

/** The process of the web server that template hello starts. */
async function serverOf(environment: string): Promise<{ pid: number; url: string }> {
  const { document } = await place.json('environment', 'graph', environment);
  return document.nodes.find(({ label }: { label: string }) => label === 'web').outputs;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('an environment from template hello', () => {
  it('is planned, created, looked at, updated and destroyed', async () => {
    const planned = await place.json('environment', 'plan', 'site', '-t', 'hello');
    expect(planned.document.summary).toMatchObject({ create: 4, remove: 0 });
    expect((await place.json('environment', 'list')).document.environments).toEqual([]);

    const created = await place.json('environment', 'create', 'site', '-t', 'hello', '--tag', 'a');
    expect(created.code).toBe(0);
    expect(created.document.environment).toMatchObject({ status: 'ok', tags: ['a'] });
    expect(created.document.run).toMatchObject({ status: 'succeeded', kind: 'create' });

    const before = await serverOf('site');
    expect(await (await fetch(before.url)).text()).toContain('Hello from Biotope');
    const { stdout: url } = await place.run('environment', 'output', 'site', 'url');
    expect(url).toBe(`${before.url}\n`);

    const idle = await place.run('environment', 'plan', 'site');
    expect(idle.stdout).toContain('nothing to do: 4 unchanged');

    const changes = ['-p', 'greeting=Good morning'];
    const plan = await place.run('environment', 'plan', 'site', ...changes, '--diff');
    expect(plan.stdout).toMatch(/~ +site +terraform +variables.greeting changed/);
    expect(plan.stdout).toContain('update terraform_data.page');
    const updated = await place.run('environment', 'update', 'site', ...changes);
    expect(updated.code).toBe(0);
    const after = await serverOf('site');
    expect(await (await fetch(after.url)).text()).toContain('Good morning');
    expect(isRunning(before.pid)).toBe(false);

    const unsure = await place.run('environment', 'destroy', 'site');
    expect(unsure.code).toBe(64);
    expect(unsure.stderr).toContain('add --yes');
    const destroyed = await place.run('environment', 'destroy', 'site', '--yes');
    expect(destroyed.stdout).toContain('environment site is destroyed');
    expect(isRunning(after.pid)).toBe(false);
    expect((await place.json('environment', 'show', 'site')).document.resources).toEqual([]);
    const again = await place.run('environment', 'destroy', 'site', '--yes');
    expect(again.stderr).toContain('Environment site is destroyed already');
  });

  it('shows its secret on request only, and keeps it out of every file, log and event', async () => {
    await place.run('environment', 'create', 'site', '-t', 'hello');
    const redacted = await place.json('environment', 'output', 'site', 'login');
    expect(redacted.document).toEqual({ login: '[redacted]' });
    const shown = await place.json('environment', 'output', 'site', 'login', '--show-secrets');
    const login: string = shown.document.login;
    const password = login.split(':')[1] ?? '';
    expect(password).toMatch(/^\w{24}$/);

    const headers = { authorization: `Basic ${btoa(login)}` };
    const { url } = await serverOf('site');
    expect((await fetch(`${url}/private`)).status).toBe(401);
    expect((await fetch(`${url}/private`, { headers })).status).toBe(200);

    const said = await Promise.all([
      place.run('run', 'logs', 'site'),
      place.run('environment', 'watch', 'site', '--history', '--once', '--json'),
      place.run('environment', 'show', 'site', '--json'),
      place.run('environment', 'graph', 'site', '--format', 'json'),
    ]);
    for (const { code, stdout, stderr } of said) {
      expect(code).toBe(0);
      expect(stdout).not.toBe('');
      expect(stdout + stderr).not.toContain(password);
    }
    // Consul's values are readable by those who may read Consul: the settings are such a place.
    const files = filesBelow(place.dataFolder).filter((file) => !/keyvalue\.db/.test(file));
    const holding = files.filter((file) => readFileSync(file, 'latin1').includes(password));
    expect(holding).toEqual([]);
  });

  it('tells its events as JSON lines, in their order', async () => {
    await place.run('environment', 'create', 'site', '-t', 'hello');
    const { stdout } = await place.run('env', 'watch', 'site', '--history', '--once', '--json');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const types = events.map(({ type }) => type);
    expect(types).toContain('run.succeeded');
    expect(types.indexOf('step.running')).toBeLessThan(types.indexOf('step.succeeded'));
    expect(types.at(-1)).toMatch(/^(?:environment\.ok|run\.succeeded)$/);
  });
});

describe('an environment from template fleet', () => {
  it('shrinks from the highest number, and grows again', async () => {
    await place.run('environment', 'create', 'site', '-t', 'fleet', '-p', 'size=3');
    const plan = await place.json('environment', 'plan', 'site', '-p', 'size=2');
    const removed = plan.document.resources
      .filter(({ action }: { action: string }) => action === 'remove')
      .map(({ label }: { label: string }) => label)
      .sort();
    expect(removed).toEqual(['node[2]', 'volume[2]']);
    expect((await place.run('environment', 'update', 'site', '-p', 'size=2')).code).toBe(0);
    expect((await place.run('environment', 'update', 'site', '-p', 'size=3')).code).toBe(0);
    const { document } = await place.json('environment', 'output', 'site', 'nodes');
    expect(document.nodes).toHaveLength(3);
  });

  it('is not replaced by another template unless somebody says so', async () => {
    await place.run('environment', 'create', 'site', '-t', 'fleet', '-p', 'size=0');
    const other = ['environment', 'update', 'site', '-t', 'large-graph', '-p', 'width=1'];
    const refused = await place.run(...other);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('replaces all of template fleet in environment site');
    expect((await place.run(...other, '--yes')).code).toBe(0);
  });

  it('refuses parameters that do not fit, and says which', async () => {
    const { code, document } = await place.json(
      ...['environment', 'create', 'site', '-t', 'fleet', '-p', 'size=many', '-p', 'region=east'],
    );
    expect(code).toBe(1);
    expect(document.error.code).toBe('PARAMETERS_INVALID');
    expect(JSON.stringify(document.error)).toMatch(/size.*region|region.*size/);
  });

  it('takes parameters from a file, and what stands on the command line over it', async () => {
    const file = place.write('p.yaml', 'size: 1\nregion: south\n');
    const args = ['--parameters-file', file, '-p', 'size=0'];
    const { document } = await place.json('environment', 'create', 'site', '-t', 'fleet', ...args);
    expect(document.environment.parameters).toMatchObject({ size: 0, region: 'south' });
  });
});

describe('an environment from template service-with-database', () => {
  it('asks the other team, nests the database, and keeps that until it may go', async () => {
    const other = createServer((_, response) => response.end('alive'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const payments = `payments=http://127.0.0.1:${port}`;
    const template = 'service-with-database';
    try {
      const created = await place.json(
        'environment',
        'create',
        'site',
        '-t',
        template,
        '-p',
        payments,
      );
      expect(created.document.environment.outputs).toEqual({
        addresses: ['site-orders-0.internal:8080', 'site-orders-1.internal:8080'],
        database: 'site-orders.internal',
      });
      const graph = await place.json('environment', 'graph', 'site');
      const labels = graph.document.nodes.map(({ label }: { label: string }) => label);
      expect(labels).toEqual(expect.arrayContaining(['db/server', 'db/settings', 'payments']));

      const refused = await place.run('environment', 'destroy', 'site', '--yes');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('db/server is protected');
      const released = ['environment', 'update', 'site', '-p', 'protect_database=false'];
      expect((await place.run(...released)).code).toBe(0);
    } finally {
      other.close();
    }
    // Those who need it are taken down whether the other team's service lives or not.
    expect((await place.run('environment', 'destroy', 'site', '--yes')).code).toBe(0);
  });

  it('is not begun where the other team stays silent', async () => {
    const { code, document } = await place.json(
      ...['environment', 'create', 'site', '-t', 'service-with-database'],
      ...['-p', 'payments=http://127.0.0.1:9', '-p', 'protect_database=false'],
    );
    expect(code).toBe(1);
    expect(JSON.stringify(document)).toContain('payments-api, which others own, did not answer');
  });
});
