import { describe, expect, it } from 'vitest';
import { commandDefinition } from '../../../../src/executors/command/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

const bundle = {
  paths: ['app/lib.sh', 'app/start', 'notes.txt', 'setup'],
  read: () => undefined,
  isExecutable: (path: string) => path !== 'notes.txt',
};
const check = (spec: JsonObject) => commandDefinition.check(spec, bundle);
const problems = async (spec: JsonObject) =>
  (await check(spec)).problems.map(({ path, message, suggestion }) => [
    path.join('.'),
    [message, suggestion ?? ''].join(' ').trim(),
  ]);

describe('the definition of command', () => {
  it('takes programs of the template and of the machine, and expressions as arguments', async () => {
    const spec = {
      create: ['./app/start', '--name', '${environment.name}', 3],
      destroy: ['sh', './app/lib.sh'],
      inspect: ['./setup'],
      env: { SIZE: '${parameters.size}', N: 3 },
      input: { token: '${parameters.token}' },
      secretOutputs: ['key'],
    };
    expect(await problems(spec)).toEqual([]);
  });

  it('counts the folders of its programs as their content, and programs in the root alone', async () => {
    const spec = { create: ['./app/start'], destroy: ['sh', './app/lib.sh'], inspect: ['./setup'] };
    expect((await check(spec)).contentPaths).toEqual(['app', 'setup']);
    expect((await check({ create: ['true', '/etc/passwd'] })).contentPaths).toEqual([]);
  });

  it.each<[string, JsonObject, string, RegExp]>([
    ['no command', {}, 'create', /missing/],
    ['an empty command', { create: [] }, 'create.0', /missing/],
    ['a command line', { create: './app/start --now' }, 'create', /a list/],
    [
      'a program that is not there',
      { create: ['./app/strat'] },
      'create.0',
      /no file \.\/app\/strat .*\.\/app\/start/,
    ],
    [
      'a program that cannot be run',
      { create: ['./notes.txt'] },
      'create.0',
      /not executable.*chmod/,
    ],
    [
      'a program outside the template',
      { create: ['./../../bin/sh'] },
      'create.0',
      /file of the template/,
    ],
    ['an absolute program', { create: ['/bin/sh'] }, 'create.0', /file of the template/],
    ['a program not known before the run', { create: ['${parameters.p}'] }, 'create.0', /without/],
    ['an argument with NUL', { create: ['sh', 'a\0'] }, 'create.1', /NUL/],
    [
      'a variable of ours',
      { create: ['sh'], env: { BIOTOPE_STEP_ID: 'x' } },
      'env.BIOTOPE_STEP_ID',
      /BIOTOPE_/,
    ],
    [
      'a variable that loads code',
      { create: ['sh'], env: { LD_PRELOAD: 'x' } },
      'env.LD_PRELOAD',
      /LD_/,
    ],
    [
      'a word that nobody knows',
      { create: ['sh'], destory: ['sh'] },
      'destory',
      /Did you mean "destroy"\?/,
    ],
  ])('finds %s', async (_what, spec, path, message) => {
    expect(await problems(spec)).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('allows secrets in variables and input, never in arguments', () => {
    const allows = (...path: (string | number)[]) => commandDefinition.allowsSecret({}, path);
    expect(allows('env', 'TOKEN')).toBe(true);
    expect(allows('input')).toBe(true);
    expect(allows('input', 'deep', 0)).toBe(true);
    expect(allows('env')).toBe(false);
    expect(allows('create', 1)).toBe(false);
    expect(allows('secretOutputs', 0)).toBe(false);
  });

  it('can tell how a lost attempt ended only with an inspect command', () => {
    expect(commandDefinition.canInspect({ create: ['sh'], inspect: ['sh'] })).toBe(true);
    expect(commandDefinition.canInspect({ create: ['sh'] })).toBe(false);
  });
});
