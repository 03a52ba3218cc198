import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The outside tools, with the project's own configuration, on a project with one fault. */
const ROOT = resolve(import.meta.dirname, '../../..');
const CONFIGURATION = ['package.json', 'tsconfig.json', 'biome.json', 'knip.json', '.gitignore'];
const CLEAN = {
  'bin/run.js': "import { greet } from '../src/commands/greet.ts';\n\ngreet('you');\n",
  'src/commands/greet.ts':
    'export function greet(name: string): void {\n  console.log(`Hello ${name}`);\n}\n',
};

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  for (const file of CONFIGURATION) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  write(CLEAN);
});

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

interface Outcome {
  exitCode: number | string | undefined;
  output: string;
}

async function run(tool: string, ...args: string[]): Promise<Outcome> {
  const program = join(ROOT, 'node_modules/.bin', tool);
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
  try {
    const options = { cwd: folder, env: { ...process.env, PATH } };
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { exitCode: code, output: `${stdout}${stderr}` };
  }
}

const types = () => run('tsc', '--noEmit');
// The real project has Git to say what is ignored; the planted one has not.
const lint = () => run('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', '.');
// The planted project uses no dependency, so only files and exports are looked at.
const deadCode = (...args: string[]) =>
  run('knip', '--no-progress', '--include', 'files,exports,types', ...args);

describe('tsc', () => {
  test('passes the clean project', async () => {
    expect(await types()).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a wrong type', 'export const a: string = 1;', 'TS2322'],
    ['an unchecked index', 'export const a = (b: string[]): string => b[0];', 'TS2322'],
    ['an undefined property', 'export const a: { b?: string } = { b: undefined };', 'TS2375'],
    ['an enum', 'export enum A { b }', 'TS1294'],
    [
      'a type imported as a value',
      "import { CopyOptions } from 'node:fs';\nexport type A = CopyOptions;",
      'TS1484',
    ],
    ['a lost override', 'class A { b() {} }\nexport class C extends A { b() {} }', 'TS4114'],
  ])('refuses %s', async (_, text, code) => {
    write({ 'src/commands/fault.ts': text });
    const { exitCode, output } = await types();
    expect(output).toContain(code);
    expect(exitCode).not.toBe(0);
  });
});

describe('biome', () => {
  test('passes the clean project', async () => {
    expect(await lint()).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['any', 'export const a = (b: any) => b;\n', 'noExplicitAny'],
    ['!', 'export const a = (b?: string) => b!;\n', 'noNonNullAssertion'],
    [
      'assigned parameters',
      'export function a(b: number) {\n  b = 2;\n  return b;\n}\n',
      'noParameterAssign',
    ],
    [
      'a promise nobody waits for',
      'async function a() {}\nexport function b() {\n  a();\n}\n',
      'noFloatingPromises',
    ],
    [
      'an import without extension',
      "import { greet } from './greet';\n\ngreet('x');\n",
      'useImportExtensions',
    ],
    ['other formatting', 'export const a = "b"\n', 'format'],
    [
      'a tangle',
      `export function a(b: number) {\n${tangle(6)}\n}\n`,
      'noExcessiveCognitiveComplexity',
    ],
  ])('refuses %s', async (_, text, rule) => {
    write({ 'src/commands/fault.ts': text });
    const { exitCode, output } = await lint();
    expect(output).toContain(rule);
    expect(exitCode).not.toBe(0);
  });
});

function tangle(depth: number): string {
  return depth === 0 ? 'return b;' : `if (b > ${depth}) {\n${tangle(depth - 1)}\n}`;
}

describe('knip', () => {
  test('passes the clean project', async () => {
    expect(await deadCode()).toMatchObject({ exitCode: 0 });
    expect(await deadCode('--production', '--strict')).toMatchObject({ exitCode: 0 });
  });

  test('refuses a file that nobody uses', async () => {
    write({ 'src/engine/forgotten.ts': 'export const a = 1;\n' });
    const { exitCode, output } = await deadCode();
    expect(output).toContain('src/engine/forgotten.ts');
    expect(exitCode).not.toBe(0);
  });

  test('refuses exports that only tests use, and those that nobody uses', async () => {
    write({
      'bin/run.js': "import { used } from '../src/engine/parts.ts';\n\nused();\n",
      'src/engine/parts.ts':
        'export const used = () => 1;\nexport const tested = () => 2;\nexport const unused = 3;\nexport type Unused = 4;\n',
      'test/unit/parts.test.ts':
        "import { tested } from '../../src/engine/parts.ts';\n\ntested();\n",
    });
    const all = await deadCode();
    expect(all.exitCode).not.toBe(0);
    expect(all.output).toMatch(/unused[\s\S]*Unused/);
    expect(all.output).not.toContain('tested');
    const production = await deadCode('--production', '--strict');
    expect(production.exitCode).not.toBe(0);
    expect(production.output).toContain('tested');
  });
});
