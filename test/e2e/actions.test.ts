import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, type Place } from './support/place.ts';
import { openWorld } from './support/worlds.ts';

let place: Place;
beforeEach(async () => {
  place = await openWorld('acting');
});
afterEach(() => place.leave());

const lastRun = async () => (await place.json('run', 'show', 'demo')).document;

describe('an action', () => {
  it('is given arguments and what the environment has, and returns outputs that are kept', async () => {
    const { code, document } = await place.json(
      ...['action', 'run', 'demo', 'backup', '-a', 'target=weekly', '-a', 'keep=3'],
    );
    expect(code).toBe(0);
    const { run } = document;
    expect(run).toMatchObject({
      kind: 'action',
      action: 'backup',
      status: 'succeeded',
      arguments: { target: 'weekly', keep: 3 },
      outputs: { given: 'weekly', keep: 3, isSame: true, ticket: 'ticket-of-demo' },
    });
    expect((await lastRun()).run.outputs).toEqual(run.outputs);
    const shown = await place.run('run', 'show', run.id);
    expect(shown.stdout).toMatch(/given += {2}weekly/);
    const logs = await place.run('run', 'logs', run.id);
    expect(logs.stdout).toContain('"target":"weekly"');
    expect(logs.stdout).toContain('[redacted]');
  });

  it('keeps secret arguments and outputs out of everything that is shown or written', async () => {
    const file = place.write('secret.yaml', 'password: only-a-person-knows\n');
    const ran = await place.run('action', 'run', 'demo', 'login', '--arguments-file', file);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/ticket += {2}\[redacted\]/);
    const { run } = await lastRun();
    expect(run.arguments).toEqual({ password: '[redacted]' });
    const logs = await place.run('run', 'logs', run.id);
    expect(logs.stdout).not.toContain('only-a-person-knows');
    expect(readFileSync(join(place.dataFolder, 'store.db'), 'latin1')).not.toContain(
      'only-a-person-knows',
    );
  });

  it('that fails leaves the environment ok, and can be retried', async () => {
    const { code, stderr } = await place.run('action', 'run', 'demo', 'fail');
    expect(code).toBe(1);
    expect(stderr).toContain('nothing works');
    const { document } = await place.json('environment', 'show', 'demo');
    expect(document.environment).toMatchObject({ status: 'ok', failure: null, activeRun: null });
    const { run } = await lastRun();
    expect(run).toMatchObject({ kind: 'action', status: 'failed' });
    const again = await place.json('run', 'retry', run.id);
    expect(again.document.error.code).toBe('RUN_FAILED');
    expect((await lastRun()).run).toMatchObject({ action: 'fail', retryOf: run.id });
  });

  it('is refused where the arguments do not fit, the name is none or the environment is gone', async () => {
    const wrong = await place.run('action', 'run', 'demo', 'backup', '-a', 'keep=0');
    expect(wrong.stderr).toContain('The arguments do not fit action backup of template acting');
    const none = await place.run('action', 'run', 'demo', 'rotat');
    expect(none.stderr).toContain('Did you mean "rotate"?');
    expect(none.stderr).toContain('docs/errors/ACTION_NOT_FOUND.md');
    await place.run('environment', 'destroy', 'demo', '--yes');
    const gone = await place.run('action', 'run', 'demo', 'rotate');
    expect(gone.stderr).toContain('Environment demo is destroyed');
  });

  it('that was killed in the middle is unknown: it holds nothing up until a person says how it ended', async () => {
    const journal = join(place.folder, 'switches/journal');
    place.write('switches/hold', '');
    const work = place.start('action', 'run', 'demo', 'work');
    await eventually(() => existsSync(journal));
    work.child.kill('SIGKILL');
    await work.end;
    rmSync(join(place.folder, 'switches/hold'));

    const resumed = await place.run('run', 'resume', 'demo');
    expect(resumed.code).toBe(1);
    const { run, steps } = await lastRun();
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'RESOURCE_UNKNOWN' } });
    expect(steps).toMatchObject([{ label: 'action:work', status: 'unknown', needsResolve: true }]);
    expect(resumed.stderr).toContain(`biotope run resolve ${run.id} action:work`);
    const retried = await place.run('run', 'retry', run.id);
    expect(retried.stderr).toContain('is not known');

    expect((await place.run('action', 'run', 'demo', 'rotate')).code).toBe(0);
    const resolved = ['run', 'resolve', run.id, 'action:work', '--as', 'not-started'];
    expect((await place.run(...resolved)).code).toBe(0);
    expect((await place.run('action', 'run', 'demo', 'work')).code).toBe(0);
    const begun = readFileSync(journal, 'utf8').split('\n');
    expect(begun.filter((line) => line.startsWith('begins'))).toHaveLength(2);
  });
});

describe('action list', () => {
  it('shows what can be done, with arguments and the page of the program', async () => {
    const { stdout } = await place.run('action', 'list', 'demo');
    expect(stdout).toContain('https://rotator.test/');
    expect(stdout).toMatch(/backup +target, keep\?/);
    expect(stdout).toMatch(/login +password\? \(secret\)/);
    const names = await place.run('action', 'list', '--template', 'acting', '-o', 'name');
    expect(names.stdout.split('\n').slice(0, 3)).toEqual(['rotate', 'backup', 'login']);
    const both = await place.run('action', 'list', 'demo', '--template', 'acting');
    expect(both.code).toBe(64);
  });
});
