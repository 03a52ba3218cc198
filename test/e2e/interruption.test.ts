import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, eventually, type Place } from './support/place.ts';
import { blindTemplate, switchedTemplate } from './support/templates.ts';

let place: Place;
beforeEach(async () => {
  place = createPlace();
  await place.run('template', 'publish', switchedTemplate(place));
});
afterEach(async () => {
  letGo();
  await place.leave();
});

const CREATE = ['environment', 'create', 'x', '-t', 'switched'];

const switchFile = (name: string) => join(place.folder, 'switches', name);
const hold = () => place.write('switches/hold', '');
const letGo = () => rmSync(switchFile('hold'), { force: true });
const journal = () => {
  const file = switchFile('journal');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
};
const middleBegins = (times: number) =>
  eventually(() => journal().filter((line) => line.startsWith('begins')).length >= times);

/** A create that stands in its middle step. */
async function held() {
  hold();
  const create = place.start(...CREATE);
  await middleBegins(1);
  return create;
}

describe('Ctrl-C', () => {
  it('ends cleanly with 130 and says how the run goes on; the next command goes on with it', async () => {
    const create = await held();
    create.child.kill('SIGINT');
    const { code, stderr } = await create.end;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted: run');
    expect(stderr).toContain('biotope run resume');
    expect(stderr.match(/biotope run cancel/g)).toHaveLength(1);
    expect(existsSync(switchFile('effect'))).toBe(false);

    const list = await place.run('run', 'list');
    expect(list.stderr).toContain('was interrupted: biotope run resume x');

    letGo();
    const resumed = await place.run('run', 'resume', 'x');
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain('resuming run');
    expect(resumed.stderr).toContain('were done before');
    expect(resumed.stdout).toContain('environment x is ok');
    expect((await place.run('run', 'list')).stderr).toBe('');
  });

  it('twice ends at once', async () => {
    const create = await held();
    // It ignores the request to end, as a program may that must not be torn apart.
    create.child.kill('SIGSTOP');
    create.child.kill('SIGINT');
    create.child.kill('SIGTERM');
    create.child.kill('SIGCONT');
    expect((await create.end).code).toBe(130);
  });

  it('a run that was interrupted can be given up', async () => {
    const create = await held();
    create.child.kill('SIGINT');
    await create.end;
    letGo();
    const cancelled = await place.json('run', 'cancel', 'x');
    expect(cancelled.code).toBe(0);
    expect(['cancelled', 'failed', 'succeeded']).toContain(cancelled.document.run.status);
  });
});

describe('a destroy that was interrupted', () => {
  it('is followed to its end where it is asked for again', async () => {
    expect((await place.run(...CREATE)).code).toBe(0);
    hold();
    const destroy = place.start('environment', 'destroy', 'x', '--yes');
    await eventually(() => journal().includes('forgets'));
    destroy.child.kill('SIGINT');
    expect((await destroy.end).code).toBe(130);
    letGo();
    const again = await place.run('environment', 'destroy', 'x', '--yes');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('environment x is destroyed');
    const { runs } = (await place.json('run', 'list')).document;
    expect(runs.filter(({ kind }: { kind: string }) => kind === 'destroy')).toMatchObject([
      { status: 'succeeded' },
    ]);
  });
});

describe('a time limit', () => {
  it('ends the wait with 124 and not the run', async () => {
    hold();
    const { code, stderr } = await place.run(...CREATE, '--timeout', '1s');
    expect(code).toBe(124);
    expect(stderr).toContain('WAIT_TIMEOUT');
    expect(stderr).toContain('biotope run resume');
    letGo();
    expect((await place.run('run', 'resume', 'x')).code).toBe(0);
  });
});

describe('kill -9 in the middle', () => {
  it('loses nothing: the next command goes on, and does nothing twice', async () => {
    const create = await held();
    create.child.kill('SIGKILL');
    await create.end;
    letGo();
    const other = await place.run('environment', 'create', 'y', '-t', 'switched');
    expect(other.stderr).toContain('resuming run');
    // The command was about y: it left x to whoever waits for it, unless x was done by then.
    const { run } = (await place.json('run', 'show', 'x')).document;
    if (run.status !== 'succeeded') expect((await place.run('run', 'resume', 'x')).code).toBe(0);
    const { document } = await place.json('environment', 'show', 'x');
    expect(document.environment.status).toBe('ok');
    expect(document.resources).toHaveLength(4);
  });
});

describe('a step that fails half way', () => {
  it('fails the run with its message, keeps what was built, and is taken up by a retry', async () => {
    place.write('switches/fail', '');
    const failed = await place.json(...CREATE);
    expect(failed.code).toBe(1);
    const { error } = failed.document;
    expect(error.code).toBe('RUN_FAILED');
    expect(error.facts.steps).toMatchObject([{ label: 'middle', status: 'failed' }]);
    expect(error.detail).toContain('the switch says fail');

    const page = await place.run('run', 'show', 'x');
    expect(page.stdout).toMatch(/beside\s+succeeded/);
    expect(page.stdout).toMatch(/last\s+skipped/);
    const { stdout: log } = await place.run('run', 'logs', 'x', 'middle');
    expect(log).toBe('the switch says fail\n');

    rmSync(switchFile('fail'));
    const retried = await place.json('run', 'retry', 'x');
    expect(retried.code).toBe(0);
    expect(retried.document.run.retryOf).toBe(error.facts.run);
    const { document } = await place.json('run', 'show', 'x');
    const labels = document.steps.map(({ label }: { label: string }) => label).sort();
    expect(labels).toEqual(['last', 'middle']);
  });
});

describe('a step whose outcome nobody can tell', () => {
  it('fails the run, is resolved by a person, and a retry goes on as the person said', async () => {
    await place.run('template', 'publish', blindTemplate(place));
    hold();
    const create = place.start('environment', 'create', 'b', '-t', 'blind');
    await middleBegins(1);
    create.child.kill('SIGKILL');
    await create.end;
    const resumed = await place.run('run', 'resume', 'b');
    expect(resumed.code).toBe(1);
    expect(resumed.stderr).toContain('nobody knows how it ended');
    expect(resumed.stderr).toContain('blind --as done|not-started');
    expect(journal()).toHaveLength(1);
    letGo();
    const resolved = await place.run('run', 'resolve', 'b', 'blind', '--as', 'not-started');
    expect(resolved.code).toBe(0);
    expect(resolved.stdout).toContain('biotope run retry');
    expect((await place.run('run', 'retry', 'b')).code).toBe(0);
    expect(journal().filter((line) => line === 'ends')).toHaveLength(1);
  });
});
