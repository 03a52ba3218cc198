import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, isJsonObject, type JsonValue, sameJson } from '../../../src/model/json.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

/** The same value with the members of every object in another order. */
function reordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reordered(item)]),
  );
}

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(plain);
      }),
    );
  });

  test('is one text whatever the order of keys, and the same after a way through JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  test('differs where values differ', () => {
    const different: JsonValue[] = [
      null,
      false,
      0,
      1,
      '',
      '0',
      'null',
      [],
      {},
      [[]],
      [{}],
      { a: [] },
    ];
    different.push(
      { a: null },
      { a: 1, b: 2 },
      { a: { b: 2 } },
      ['a', 'b'],
      ['a,b'],
      [1, 2],
      [2, 1],
    );
    const texts = new Set(different.map(canonicalJson));
    expect(texts.size).toBe(different.length);
  });

  test('leaves out what JSON leaves out', () => {
    const value: object = { a: 1, b: undefined };
    expect(canonicalJson(value as JsonValue)).toBe('{"a":1}');
  });

  test('keeps a key that looks like the prototype', () => {
    const value: JsonValue = JSON.parse('{"__proto__":{"admin":true},"a":1}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"admin":true},"a":1}');
  });
});

test('values are the same where their JSON is', () => {
  fc.assert(
    fc.property(json, json, (left, right) => {
      expect(sameJson(left, reordered(left))).toBe(true);
      expect(sameJson(left, right)).toBe(sameJson(right, left));
      expect(sameJson([left], left)).toBe(false);
    }),
  );
});

test.for([null, [], 'text', 1, undefined])('%j is no JSON object', (value) => {
  expect(isJsonObject(value)).toBe(false);
});
