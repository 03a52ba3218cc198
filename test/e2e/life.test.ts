import { readdirSync, readFileSync } from 'node:fs';
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
