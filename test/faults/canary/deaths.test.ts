import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CanaryWorld, CREATE, eventually, publishedWorld } from './world.ts';

describe('a process that is killed in the middle of an apply', () => {
  test('leaves secrets in private files alone, and the next start takes those away', async () => {
    const world = await publishedWorld();
    world.turn('hold', '');
    const killed = world.start([...CREATE, ...world.parametersFile()]);
    await eventually(world.hasBegun);
    killed.child.kill('SIGKILL');
    expect((await killed.end).signal).toBe('SIGKILL');
    world.turn('hold', null);
    await world.done(['environment', 'show', 'one']);
    await world.done(['run', 'resume', 'one']);
    await world.learn('one/generated', 'one/adopted');

    // In the middle of a program, which has secrets of its own.
    const again = world.run(['environment', 'update', 'one', ...world.parametersFile()], {
      env: { BIOTOPE_FAILPOINT: 'effect.after:5' },
    });
    expect((await again).signal).toBe('SIGKILL');
    await world.done(['run', 'resume', 'one']);
    const { hits, exempt } = await world.end();
    expect(hits).toEqual([]);
    expect(exempt).toContain('terraform.tfstate');
  });
});

/** Loaded before Biotope: breaks something of Node that is in use while secrets are at hand. */
const BREAKAGES = {
  'the cipher, when parameters are sealed': `
    import crypto from 'node:crypto';
    import { syncBuiltinESMExports } from 'node:module';
    const { createCipheriv } = crypto;
    let calls = 0;
    crypto.createCipheriv = (...args) => {
      if (args[0] === 'aes-256-gcm' && ++calls > 1) throw new TypeError('broken on purpose');
      return createCipheriv(...args);
    };
    syncBuiltinESMExports();`,
  'the file system, when variables are written for Terraform': `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { writeFileSync } = fs;
    fs.writeFileSync = (file, ...rest) => {
      if (String(file).endsWith('tfvars.json')) throw new TypeError('broken on purpose');
      return writeFileSync(file, ...rest);
    };
    syncBuiltinESMExports();`,
  'the process, by an exception that nobody expects while Terraform works': `
    import { existsSync } from 'node:fs';
    setInterval(() => {
      if (existsSync(process.env.SWITCHES + '/journal')) throw new TypeError('broken on purpose');
    }, 20).unref();`,
};

async function breakIn(world: CanaryWorld, program: string) {
  const file = world.ownFile('break.mjs');
  writeFileSync(file, program);
  // What Node writes down of a process that ends so lies where the observer looks.
  const report = `--report-uncaught-exception --report-on-fatalerror --report-directory=${world.place}`;
  const env = { NODE_OPTIONS: `--import=${file} ${report}`, SWITCHES: world.ownFile('switches') };
  return world.run([...CREATE, ...world.parametersFile()], { env });
}

describe('something that breaks inside', () => {
  test.for(Object.entries(BREAKAGES))('%s: is told without a secret', async ([, program]) => {
    const world = await publishedWorld();
    const { code, stdout, stderr } = await breakIn(world, program);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('broken on purpose');
    await world.run(['run', 'show', 'one']);
    await world.run(['run', 'logs', 'one']);
    world.turn('hold', null);
    await world.run(['run', 'resume', 'one']);
    expect((await world.end()).hits).toEqual([]);
  });
});
