import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, eventually, type Place } from './support/place.ts';
import { switchedTemplate, templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(async () => {
  place = createPlace();
  await place.run('template', 'publish', switchedTemplate(place));
});
afterEach(async () => {
  rmSync(join(place.folder, 'switches/hold'), { force: true });
  await place.leave();
});

const create = (name: string) => place.start('environment', 'create', name, '-t', 'switched');
const hold = () => place.write('switches/hold', '');
const letGo = () => rmSync(join(place.folder, 'switches/hold'));
const journal = () => join(place.folder, 'switches/journal');

/** A process that drives the folder and stands in the middle of its run. */
async function busyDriver() {
  hold();
  const driver = create('first');
  await eventually(() => existsSync(journal()));
  return driver;
}

describe('while another process drives the folder', () => {
  it('a command is handed over to it, and both see their own to the end', async () => {
    const driver = await busyDriver();
    const second = create('second');
    await second.says('handed over to process');
    await second.says('creating (command)');
    letGo();
    const ends = await Promise.all([driver.end, second.end]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends[1].stderr).toContain(
      `process ${driver.child.pid} (biotope environment create first`,
    );
    const { document } = await place.json('environment', 'list');
    expect(document.environments).toMatchObject([
      { name: 'first', status: 'ok' },
      { name: 'second', status: 'ok' },
    ]);
  });

  it('a refusal comes back with its reason', async () => {
    const driver = await busyDriver();
    const { code, document } = await place.json('environment', 'create', 'first', '-t', 'switched');
    expect(code).toBe(1);
    expect(document.error.code).toBe('ENVIRONMENT_EXISTS');
    letGo();
    expect((await driver.end).code).toBe(0);
  });

  it('a refusal brings its details along, and what is malformed is refused at once', async () => {
    const driver = await busyDriver();
    const args = ['environment', 'create', 'other', '-t', 'switched', '-p', 'a=1', '-p', 'b=2'];
    const { document } = await place.json(...args);
    expect(document.error.code).toBe('PARAMETERS_INVALID');
    expect(document.error.detail.split('\n')).toHaveLength(2);
    const { code, stderr } = await place.run('environment', 'create', 'Other!', '-t', 'switched');
    expect(code).toBe(64);
    expect(stderr).toContain('lower-case letters');
    letGo();
    await driver.end;
  });

  it('Ctrl-C ends the watching and not the run', async () => {
    const driver = await busyDriver();
    const second = create('second');
    await second.says('creating (command)');
    second.child.kill('SIGINT');
    const { code, stderr } = await second.end;
    expect(code).toBe(130);
    expect(stderr).toContain(`goes on in process ${driver.child.pid}`);
    letGo();
    await driver.end;
    await place.run('run', 'resume', 'second');
    expect((await place.json('run', 'show', 'second')).document.run.status).toBe('succeeded');
  });

  it('its run is watched to the end, as lines and as one document a line', async () => {
    const driver = await busyDriver();
    const lines = place.start('run', 'show', 'first', '--follow');
    const documents = place.start('run', 'show', 'first', '--follow', '--json');
    await Promise.all([lines.says('creating'), documents.says('"running"')]);
    letGo();
    const [told, streamed] = await Promise.all([lines.end, documents.end, driver.end]);
    expect([told.code, streamed.code]).toEqual([0, 0]);
    expect(told.stdout).toContain('(create of environment first) is succeeded');
    const pieces = streamed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(pieces.at(0).run).toMatchObject({ environment: 'first', status: 'running' });
    expect(pieces.at(-1).run).toMatchObject({ environment: 'first', status: 'succeeded' });
    const ends = pieces.filter(({ step }) => step?.status === 'succeeded');
    expect(ends.length).toBeGreaterThan(0);
  });

  it('looking needs nobody', async () => {
    const driver = await busyDriver();
    const { code, stdout, stderr } = await place.run('run', 'show', 'first');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/middle\s+running/);
    letGo();
    await driver.end;
  });

  it('publishing waits for it and says so', async () => {
    const driver = await busyDriver();
    const folder = writeTemplate(place, 'other', {
      'template.yaml': `${templateHead('other')}resources:\n  - id: a\n    executor: consul-kv\n    with: { prefix: o/a }\n`,
    });
    const publish = place.start('template', 'publish', folder);
    await publish.says(`waiting for process ${driver.child.pid}`);
    letGo();
    expect((await driver.end).code).toBe(0);
    expect((await publish.end).stdout).toContain('published other@1.0.0');
  });

  it('its death is no loss: whoever waits takes over, and says so', async () => {
    const driver = await busyDriver();
    const second = create('second');
    await second.says('handed over to process');
    driver.child.kill('SIGKILL');
    await second.says('this one drives it now');
    await second.says('resuming run');
    letGo();
    expect((await second.end).code).toBe(0);
    await place.run('run', 'resume', 'first');
    const { document } = await place.json('environment', 'list');
    expect(document.environments.map(({ status }: { status: string }) => status)).toEqual([
      'ok',
      'ok',
    ]);
  });

  it('a handed-over run outlives the process that drove it while its own was done', async () => {
    const driver = await busyDriver();
    const second = create('second');
    await second.says('creating (command)');
    letGo();
    const [first] = await Promise.all([driver.end, second.end]);
    expect(first.stderr).not.toContain('is not finished');
    const effects = readFileSync(journal(), 'utf8')
      .split('\n')
      .filter((line) => line === 'ends');
    expect(effects).toHaveLength(2);
  });
});

describe('commands at once', () => {
  it('about five environments all succeed in a folder that is new to all, while others look', async () => {
    const fresh = createPlace();
    try {
      const names = ['a', 'b', 'c', 'd', 'e'];
      const size = ['-p', 'size=0', '-t', 'fleet'];
      const ends = await Promise.all([
        ...names.map((name) => fresh.run('environment', 'create', name, ...size)),
        fresh.run('environment', 'list'),
        fresh.run('run', 'list'),
      ]);
      expect(ends.map(({ code, stderr }) => (code === 0 ? 'ok' : stderr))).toEqual(
        Array(7).fill('ok'),
      );
    } finally {
      await fresh.leave();
    }
  });

  it('about one environment: one creates it, the other is told that it exists', async () => {
    const ends = await Promise.all([create('same').end, create('same').end]);
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(ends.map(({ stderr }) => stderr).join('')).toContain('ENVIRONMENT_EXISTS');
  });
});
