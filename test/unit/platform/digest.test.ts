import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/model/json.ts';
import { digest, digestJson, digestKey, keyedDigestJson } from '../../../src/platform/digest.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('a digest', () => {
  test('names its algorithm, and is that of the UTF-8 bytes', () => {
    const expected = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(digest('abc')).toBe(expected);
    expect(digest(new TextEncoder().encode('abc'))).toBe(expected);
    expect(digest('ü')).toBe(digest(new Uint8Array([0xc3, 0xbc])));
  });

  test('of JSON rests on the value, not on the order of its keys', () => {
    expect(digestJson({ a: 1, b: [2] })).toBe(digestJson({ b: [2], a: 1 }));
    expect(digestJson({ a: 1 })).not.toBe(digestJson({ a: '1' }));
  });

  test('with a key is another one under another key, and never the plain one', () => {
    fc.assert(
      fc.property(json, (value) => {
        const keyed = keyedDigestJson(digestKey('key'), value);
        expect(keyed).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
        expect(keyed).toBe(keyedDigestJson(digestKey('key'), structuredClone(value)));
        expect(keyed).not.toBe(keyedDigestJson(digestKey('other'), value));
        expect(keyed.split(':')[1]).not.toBe(digestJson(value).split(':')[1]);
      }),
    );
  });
});
