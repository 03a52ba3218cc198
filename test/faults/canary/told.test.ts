import { expect, test } from 'vitest';
import { plantedSecret } from '../../support/canary/secrets.ts';
import { type CanaryWorld, eventually, publishedWorld } from './world.ts';

const UNTOLD = ['environment', 'create', 'one', '-t', 'untold'];

/** Killed after the program has had its effect: nobody knows of it, and nobody can ask. */
async function lostWorld(): Promise<{ world: CanaryWorld; parameters: Record<string, string> }> {
  const world = await publishedWorld();
  const { token: _, ...parameters } = JSON.parse(world.parameters());
  const killed = await world.run([...UNTOLD, '--parameters-file', '-'], {
    input: JSON.stringify(parameters),
    env: { BIOTOPE_FAILPOINT: 'effect.after:1' },
  });
  expect(killed.signal).toBe('SIGKILL');
  const resumed = await world.run(['run', 'resume', 'one']);
  expect(resumed.stderr).toContain('run resolve');
  return { world, parameters };
}

/** What a person found out: a secret of its own, one made from a parameter, and nothing secret. */
function found({ password }: Record<string, string>): string {
  return JSON.stringify({ ticket: plantedSecret(), login: `user:${password}`, place: 'there' });
}

const RESOLVE = ['run', 'resolve', 'one', 'ask', '--as', 'done', '--outputs-file', '-'];

async function expectSealed(world: CanaryWorld): Promise<void> {
  await world.done(['run', 'retry', 'one']);
  const { stdout } = await world.done(['environment', 'output', 'one', '--json']);
  const [ticket, login, place] = ['ticket', 'login', 'place'].map(
    (name) => JSON.parse(stdout)[name],
  );
  expect([ticket, login, place]).toEqual(['[redacted]', '[redacted]', 'there']);
  await world.done(['environment', 'destroy', 'one', '--yes']);
}

test('outputs that a person tells are secret where those of the executor are', async () => {
  const { world, parameters } = await lostWorld();
  await world.done(RESOLVE, { input: found(parameters) });
  await expectSealed(world);
  expect((await world.end()).hits).toEqual([]);
});

test('outputs that a person tells are sealed on their way to another process', async () => {
  const { world, parameters } = await lostWorld();
  world.turn('hold', '');
  world.hasBegun();
  const driver = world.start([...UNTOLD.with(2, 'two'), '--parameters-file', '-'], {
    input: JSON.stringify(parameters),
  });
  await eventually(world.hasBegun);
  const telling = await world.done(RESOLVE, { input: found(parameters) });
  expect(telling.stderr).toContain('handed over to process');
  world.turn('hold', null);
  expect((await driver.end).code).toBe(0);
  await expectSealed(world);
  expect((await world.end()).hits).toEqual([]);
});

test('a list with a secret in it is refused, and leaves it nowhere', async () => {
  const { world, parameters } = await lostWorld();
  const input = JSON.stringify({ place: [parameters.password] });
  const refused = await world.run(RESOLVE, { input });
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('holds a secret in the clear, inside a list or an object');
  expect((await world.end()).hits).toEqual([]);
});
