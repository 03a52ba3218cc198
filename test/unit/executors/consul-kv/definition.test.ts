import { describe, expect, it } from 'vitest';
import { consulKvDefinition } from '../../../../src/executors/consul-kv/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

const bundle = { paths: [], read: () => undefined };
const problems = async (spec: JsonObject) =>
  (await consulKvDefinition.check(spec, bundle)).problems.map(({ path, message, suggestion }) => [
    path.join('.'),
    [message, suggestion].join(' '),
  ]);

describe('the definition of consul-kv', () => {
  it('takes texts that hold expressions', async () => {
    const spec = {
      prefix: '${environment.name}/web',
      entries: { url: '${resources.db.outputs.url}', size: 3, tags: ['${parameters.tag}'] },
      secretEntries: { password: 'x${resources.pw.outputs.password}' },
    };
    expect(await problems(spec)).toEqual([]);
  });

  it.each<[string, JsonObject, string, RegExp]>([
    ['no prefix', { entries: {} }, 'prefix', /missing/],
    ['a prefix that leads away', { prefix: 'a/../b' }, 'prefix', /not allowed/],
    [
      'a key that leads away',
      { prefix: 'p', entries: { '../a': 'x' } },
      'entries.../a',
      /not allowed/,
    ],
    [
      'the key of the marker',
      { prefix: 'p', entries: { _biotope: 'x' } },
      'entries._biotope',
      /_biotope/,
    ],
    ['no value', { prefix: 'p', entries: { a: null } }, 'entries.a', /must be a text/],
    [
      'a key that is there twice',
      { prefix: 'p', entries: { a: 1 }, secretEntries: { a: 1 } },
      'secretEntries.a',
      /Leave it in one/,
    ],
    [
      'a word that nobody knows',
      { prefix: 'p', entrys: {} },
      'entrys',
      /"entrys" is not known here\. Did you mean "entries"\?/,
    ],
  ])('finds %s', async (_what, spec, path, message) => {
    expect(await problems(spec)).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('allows secrets in secret entries and nowhere else', () => {
    const allows = (...path: (string | number)[]) => consulKvDefinition.allowsSecret({}, path);
    expect(allows('secretEntries', 'a')).toBe(true);
    expect(allows('secretEntries', 'a', 'deep', 0)).toBe(true);
    expect(allows('secretEntries')).toBe(false);
    expect(allows('entries', 'a')).toBe(false);
    expect(allows('prefix')).toBe(false);
  });
});
