import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Located } from '../../../../src/platform/yaml/located.ts';
import { readYaml } from '../../../../src/platform/yaml/read.ts';
import { locateJson } from '../../../../src/platform/yaml/read-json.ts';

const TERMS = { nestingLevelsMax: 5, isNameAllowed: (name: string) => name !== 'secret' };

/** A comment is no JSON: the same value as YAML reads it, where it would stand without the comment. */
function asYaml(text: string): Located | null {
  const { root, problems } = readYaml(`#\n${text}`, 20);
  expect(problems).toEqual([]);
  return root === null ? null : moved(root);
}

function moved({ value, start, end, keyStart, members, items }: Located): Located {
  return {
    value,
    start: start - 2,
    end: end - 2,
    keyStart: keyStart === null ? null : keyStart - 2,
    members: members && new Map([...members].map(([name, member]) => [name, moved(member)])),
    items: items?.map(moved) ?? null,
  };
}

const name = fc
  .string({ unit: 'grapheme', maxLength: 10 })
  .filter((text) => !['<<', '__proto__', '$secret'].includes(text));
const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger())
    .filter((number) => Number.isSafeInteger(number) || !/^-?\d+$/.test(String(number))),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyJson } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

describe('plain JSON', () => {
  it('is located as YAML is, however it is laid out', () => {
    const layout = fc.constantFrom(undefined, 1, 2, '  ');
    fc.assert(
      fc.property(anyJson, layout, (value, spaces) => {
        const text = `${JSON.stringify(value, null, spaces)}\n`;
        const found = locateJson(text, { ...TERMS, nestingLevelsMax: 20 });
        expect(found).toEqual(asYaml(text));
        expect(found?.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['no JSON', 'a: 1'],
    ['a word that begins like one of JSON', 'nullable'],
    ['a number of another language', '0x10'],
    ['nothing', ''],
    ['a comma too many', '[1, 2,]'],
    ['a comma too few', '[1 2]'],
    ['an end that is missing', '{"a": [1}'],
    ['two values', '1 2'],
    ['a line break in a text', '"a\nb"'],
    ['an escape that is none', '"\\x41"'],
    ['a name that stands twice', '{"a": 1, "a": 2}'],
    ['a name that is not allowed', '{"a": {"secret": 1}}'],
    ['a number that cannot be held exactly', '[9007199254740993]'],
    ['a number without end', '1e999'],
    ['a text that is nested too deep', '[[[[[[1]]]]]]'],
  ])('is not %s: that is left to what reads YAML', (_, text) => {
    expect(locateJson(text, TERMS)).toBeUndefined();
  });

  it('may be nested as deep as is allowed', () => {
    expect(locateJson('[[[[[1]]]]]', TERMS)?.value).toEqual([[[[[1]]]]]);
  });
});

describe('a document', () => {
  it('has its faults told in JSON, too, with the place', () => {
    const { problems, positionOf } = readYaml('{\n  "a": 1,\n  "a": 2\n}', 20);
    expect(problems.map(({ offset }) => positionOf(offset))).toEqual([{ line: 3, column: 3 }]);
  });

  it('has places from 1, to its end and not beyond', () => {
    const { positionOf } = readYaml('{\n"a": 1}', 20);
    expect([0, 1, 2, 9, 99].map(positionOf)).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
      { line: 2, column: 8 },
      { line: 2, column: 8 },
    ]);
  });
});
