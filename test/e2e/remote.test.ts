import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, eventually, type Place } from './support/place.ts';
import { type ServerProcess, startServer } from './support/server.ts';
import { blindTemplate, switchedTemplate } from './support/templates.ts';

let place: Place;
let server: ServerProcess;
beforeEach(async () => {
  place = createPlace();
  server = await startServer(place);
  // A context in use: nothing below says where it is to be done.
  await place.run('context', 'add', 'here', server.url, '--use');
});
afterEach(async () => {
  rmSync(join(place.folder, 'switches/hold'), { force: true });
  await place.leave();
});

const publishSwitched = () => place.run('template', 'publish', switchedTemplate(place));
const create = (name: string, ...more: string[]) =>
  place.start('environment', 'create', name, '-t', 'switched', ...more);
const hold = () => place.write('switches/hold', '');
const letGo = () => rmSync(join(place.folder, 'switches/hold'));
const journal = () => join(place.folder, 'switches/journal');
const isWorking = () => eventually(() => existsSync(journal()));

describe('over a server', () => {
  it('an environment lives: planned, made, changed, followed, taken down', async () => {
    const published = await publishSwitched();
    expect(published).toMatchObject({ code: 0, stdout: 'published switched@1.0.0: 4 resources\n' });
    const planned = await place.run('environment', 'plan', 'demo', '-t', 'switched', '--diff');
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toContain('4 to create');
    hold();
    const making = create('demo');
    await isWorking();
    const logs = place.start('run', 'logs', 'demo', '--follow');
    const watched = place.start('run', 'show', 'demo', '--follow', '--json');
    await watched.says('"running"');
    letGo();
    const [made, told, stream] = await Promise.all([making.end, logs.end, watched.end]);
    expect([made.code, told.code, stream.code]).toEqual([0, 0, 0]);
    expect(made.stdout).toContain('environment demo is ok');
    expect(stream.stdout.trimEnd().split('\n').at(-1)).toContain('"status":"succeeded"');
    const updated = await place.run('environment', 'update', 'demo', '--tag', 'blue');
    expect(updated).toMatchObject({ code: 0 });
    const events = await place.run('environment', 'watch', 'demo', '--history', '--once');
    expect(events.stdout).toContain('environment.ok');
    const gone = await place.run('environment', 'destroy', 'demo', '--yes');
    expect(gone).toMatchObject({ code: 0 });
    expect(gone.stdout).toContain('environment demo is destroyed');
    expect(existsSync(join(place.folder, '.biotope/driver.json'))).toBe(true);
  });

  it('a failed run is told with its reason and retried', async () => {
    await publishSwitched();
    place.write('switches/fail', '');
    const failed = await create('demo').end;
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('the switch says fail');
    rmSync(join(place.folder, 'switches/fail'));
    expect(await place.run('run', 'retry', 'demo')).toMatchObject({ code: 0 });
  });

  it('a run is cancelled', async () => {
    await publishSwitched();
    hold();
    const making = create('demo');
    await isWorking();
    const cancel = place.start('run', 'cancel', 'demo');
    expect((await cancel.end).stdout).toContain('is cancelled');
    expect((await making.end).code).toBe(1);
  });

  it('Ctrl-C and a time limit leave the run running and say how to follow it', async () => {
    await publishSwitched();
    hold();
    const making = create('demo');
    await making.says('creating (command)');
    making.child.kill('SIGINT');
    const interrupted = await making.end;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain(`goes on in the server at ${server.url}`);
    expect(interrupted.stderr).toContain('biotope run resume');
    const waiting = await place.run('run', 'resume', 'demo', '--timeout', '1s');
    expect(waiting.code).toBe(124);
    const resumed = place.start('run', 'resume', 'demo');
    await resumed.says('creating (command)');
    letGo();
    expect((await resumed.end).code).toBe(0);
  });

  it('a step of unknown outcome is resolved', async () => {
    await place.run('template', 'publish', blindTemplate(place));
    hold();
    const making = place.start('environment', 'create', 'demo', '-t', 'blind');
    await isWorking();
    await killAndRestart();
    expect((await making.end).stderr).toContain('blind --as done|not-started');
    const resolved = await place.run('run', 'resolve', 'demo', 'blind', '--as', 'done');
    expect(resolved).toMatchObject({ code: 0, stderr: '' });
    expect(await place.run('run', 'retry', 'demo')).toMatchObject({ code: 0 });
  });

  it('a refusal is the same as without one', async () => {
    await publishSwitched();
    await create('demo').end;
    const { code, document } = await place.json('environment', 'create', 'demo', '-t', 'switched');
    expect(code).toBe(1);
    expect(document.error.code).toBe('ENVIRONMENT_EXISTS');
    const other = ['environment', 'create', 'b', '-t', 'switched', '-p', 'a=1', '-p', 'b=2'];
    const refused = (await place.json(...other)).document.error;
    expect(refused.code).toBe('PARAMETERS_INVALID');
    expect(refused.detail.split('\n')).toHaveLength(2);
  });

  it('nobody who is away is asked for long', async () => {
    server.process.child.kill('SIGTERM');
    await server.process.end;
    const { code, document } = await place.json('environment', 'list');
    expect(code).toBe(1);
    expect(document.error.code).toBe('SERVER_UNREACHABLE');
  });
});

/** As a power cut, and somebody who starts it again where it was. */
async function killAndRestart(): Promise<void> {
  server.process.child.kill('SIGKILL');
  await server.process.end;
  server = await startServer(place, { listen: new URL(server.url).host });
}

describe('a server that is killed with -9 while a command follows a run', () => {
  it('goes on with the run when it is started again, and the command goes on with it', async () => {
    await publishSwitched();
    hold();
    const making = create('demo');
    await isWorking();
    server.process.child.kill('SIGKILL');
    await server.process.end;
    await making.says('does not answer');
    letGo();
    server = await startServer(place, { listen: new URL(server.url).host });
    const { code, stdout, stderr } = await making.end;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('answers again');
    expect(stdout).toContain('environment demo is ok');
  });
});
