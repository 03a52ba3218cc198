import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, eventually, isRunning, type Place } from './support/place.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(async () => {
  const { document } = await place.json('environment', 'list');
  for (const { name } of document.environments) {
    await place.run('environment', 'destroy', name, '--yes');
  }
  await place.leave();
});

async function serverPid(environment: string): Promise<number> {
  const { document } = await place.json('environment', 'graph', environment);
  return document.nodes.find(({ label }: { label: string }) => label === 'web').outputs.pid;
}

describe('the demo', () => {
  it('builds an environment, shows that it lives, and leaves nothing behind', async () => {
    const { code, stdout } = await place.run('demo');
    expect(code).toBe(0);
    expect(stdout).toMatch(/web\s+http:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).toMatch(/login\s+=\s+\[redacted\]/);
    expect(stdout).toMatch(/── settings +consul-kv +ok/);
    expect(stdout).toContain('environment demo is destroyed: 4 resources');
    expect((await place.json('environment', 'list')).document.environments).toEqual([]);
  });

  it('with --keep stays and says how to look at it; the next demo leaves it alone', async () => {
    const kept = await place.run('demo', '--keep');
    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain('biotope environment destroy demo --yes');
    const pid = await serverPid('demo');
    const again = await place.json('demo');
    expect(again.document.environment.name).toBe('demo-2');
    expect(isRunning(pid)).toBe(true);
    await place.run('environment', 'destroy', 'demo', '--yes');
    await eventually(() => !isRunning(pid));
  });

  it('killed in the middle it is taken up by the next one, which says so', async () => {
    const killed = place.start('demo');
    await killed.says('creating (terraform)');
    killed.child.kill('SIGKILL');
    await killed.end;
    const { code, stderr, stdout } = await place.run('demo');
    expect(code).toBe(0);
    expect(stderr).toContain('resuming run');
    expect(stderr).toContain('was left by a demo that was interrupted');
    expect(stdout).toContain('is destroyed');
    expect((await place.json('environment', 'list')).document.environments).toEqual([]);
  });
});
