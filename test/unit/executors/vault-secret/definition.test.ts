import { describe, expect, it } from 'vitest';
import { vaultSecretDefinition } from '../../../../src/executors/vault-secret/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

const bundle = { paths: [], read: () => undefined };
const problems = async (spec: JsonObject) =>
  (await vaultSecretDefinition.check(spec, bundle)).problems.map(({ path, message }) => [
    path.join('.'),
    message,
  ]);

describe('the definition of vault-secret', () => {
  it('takes expressions where values may be', async () => {
    const spec = {
      path: '${environment.name}/db',
      generate: { password: { length: '${parameters.length}', characters: 'printable' } },
      values: { user: '${parameters.user}' },
    };
    expect(await problems(spec)).toEqual([]);
    expect((await vaultSecretDefinition.check(spec, bundle)).outputs).toEqual([
      { name: 'password', secret: true },
      { name: 'user', secret: true },
      { name: 'path', secret: false },
      { name: 'version', secret: false },
    ]);
  });

  it.each<[string, JsonObject, string, RegExp]>([
    ['no field', { path: 'p' }, '', /no field/],
    [
      'a path of Biotope itself',
      { path: 'environments/${environment.name}/x', values: { a: 'b' } },
      'path',
      /must not begin with environments or biotope/,
    ],
    [
      'too short a length',
      { path: 'p', generate: { a: { length: 7 } } },
      'generate.a.length',
      /at least 8/,
    ],
    [
      'too long a length',
      { path: 'p', generate: { a: { length: 129 } } },
      'generate.a.length',
      /at most 128/,
    ],
    [
      'half a length',
      { path: 'p', generate: { a: { length: 8.5 } } },
      'generate.a.length',
      /whole/,
    ],
    [
      'unknown characters',
      { path: 'p', generate: { a: { length: 8, characters: 'runes' } } },
      'generate.a.characters',
      /one of alphanumeric/,
    ],
    [
      'a field that is an output already',
      { path: 'p', values: { version: 'x' } },
      'values.version',
      /neither/,
    ],
    [
      'the field of the marker',
      { path: 'p', values: { _biotope: 'x' } },
      'values._biotope',
      /_biotope/,
    ],
    [
      'a field that is there twice',
      { path: 'p', generate: { a: { length: 8 } }, values: { a: 'x' } },
      'values.a',
      /generate/,
    ],
    ['a path that leads away', { path: '../sys', values: { a: 'x' } }, 'path', /not allowed/],
  ])('finds %s', async (_what, spec, path, message) => {
    expect(await problems(spec)).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('allows secrets in values and nowhere else', () => {
    const allows = (...path: (string | number)[]) => vaultSecretDefinition.allowsSecret({}, path);
    expect(allows('values', 'a')).toBe(true);
    expect(allows('values')).toBe(false);
    expect(allows('path')).toBe(false);
    expect(allows('generate', 'a', 'length')).toBe(false);
  });
});
