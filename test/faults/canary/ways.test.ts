import { describe, expect, test } from 'vitest';
import { MARK, plantedSecret } from '../../support/canary/secrets.ts';
import { CREATE, eventually, publishedWorld } from './world.ts';

/** What the steps under way write for themselves, each in a folder and a file of its owner alone. */
const PRIVATE_FILES = [
  'create.err',
  'create.out',
  'destroy.err',
  'terraform.err',
  'terraform.out',
  'terraform.tfplan',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'terraform.tfvars.json',
];

describe('secrets on their ways through a template', () => {
  test('are nowhere to be found, neither while it is built, changed and destroyed nor after', async () => {
    const world = await publishedWorld();
    const watch = world.start(['environment', 'watch', 'one', '--json', '--history']);
    await world.withSecrets((secrets) =>
      secrets.write('one/adopted', { login: plantedSecret(), other: plantedSecret() }, null),
    );
    const adopt = ['environment', 'adopt', 'one', '-t', 'canary', '--resource', 'adopted'];
    const parameters = world.parametersFile();
    await world.done([...adopt, ...parameters, '--dry-run', '--diff']);
    await world.done([...adopt, ...parameters]);
    await world.learn('one/generated');
    await world.done(['environment', 'plan', 'one', '--diff', ...world.parametersFile()]);
    await world.done(['environment', 'update', 'one', '--parameters-file', '-'], {
      input: world.parameters({ note: 'changed' }),
    });
    await world.done(['environment', 'rotate', 'one', 'generated', 'adopted']);
    await world.learn('one/generated', 'one/adopted');
    await world.done(['environment', 'plan', 'one', '--destroy', '--diff']);
    await world.done(['environment', 'destroy', 'one', '--yes']);
    watch.child.kill('SIGINT');
    await watch.end;

    const { hits, exempt } = await world.end();
    expect(hits).toEqual([]);
    expect(PRIVATE_FILES).toEqual(expect.arrayContaining(exempt));
    expect(exempt).toContain('terraform.tfvars.json');
  });

  test('are told by no failure, whoever fails: a program, Terraform or a person', async () => {
    const world = await publishedWorld();
    world.turn('fail-program', '');
    const failed = await world.run([...CREATE, ...world.parametersFile()], {
      env: { BIOTOPE_LOG_FORMAT: 'human' },
    });
    expect(failed.stderr).toContain('create (./app/program.mjs) ended with exit code 1');
    world.turn('fail-terraform', '');
    const refused = await world.run(['environment', 'update', 'one', ...world.parametersFile()]);
    expect(refused.stderr).toContain('are refused');

    const secret: string = JSON.parse(world.parameters()).password;
    const wrong = [
      { pasword: secret },
      { password: [secret] },
      { password: { [secret]: 1 } },
      { password: { $secret: [secret] } },
    ].map((more) => JSON.stringify({ ...JSON.parse(world.parameters()), ...more }));
    const broken = [
      `password: ${secret}\n\tpassword: ${secret}`,
      `password: "${secret}`,
      `{"password": ${JSON.stringify(secret)}`,
      `password: *${secret}`,
      `password: *${secret.slice(0, 16)}`,
      `password: !${secret} x`,
      secret,
    ];
    for (const input of [...wrong, ...broken]) {
      const args = [...CREATE.with(2, 'two'), '--parameters-file', '-'];
      expect((await world.run(args, { input })).code, input).not.toBe(0);
    }
    for (const step of ['holder', 'program', 'settings']) {
      await world.done(['run', 'explain', 'one', step]);
    }
    expect((await world.end()).hits).toEqual([]);
  });

  test('that stand on a command line are in its own arguments and nowhere else', async () => {
    const world = await publishedWorld();
    const given = Object.entries(JSON.parse(world.parameters())).flatMap(([name, value]) => [
      '--parameter',
      `${name}=${value}`,
    ]);
    const { stderr } = await world.done([...CREATE, ...given]);
    expect(stderr).toMatch(/^hint: password, token on the command line/m);
    await world.done(['environment', 'destroy', 'one', '--yes']);
    const { hits, commandLines } = await world.end();
    for (const { where } of hits) expect(where).toMatch(/^the arguments of process \d+$/);
    // A child that has not become its program yet has those of its parent.
    const telling = commandLines.filter((line) => line.includes(MARK));
    for (const line of telling) expect(line).toContain(CREATE.join(' '));
  });

  test('are sealed in a command that is handed over to another process', async () => {
    const world = await publishedWorld();
    world.turn('hold', '');
    const driver = world.start([...CREATE, ...world.parametersFile()]);
    await eventually(world.hasBegun);
    const other = world.start([...CREATE.with(2, 'two'), '--parameters-file', '-'], {
      input: world.parameters(),
    });
    await eventually(() => other.printed().includes('handed over to process'));
    await eventually(world.hasBegun);
    world.turn('hold', null);
    const ends = await Promise.all([driver.end, other.end]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect((await world.end()).hits).toEqual([]);
  });
});
