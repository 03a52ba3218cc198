import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../../src/model/json.ts';
import {
  containsSecretKey,
  findSecretTexts,
  isSecretText,
  joinTexts,
  type SecretReference,
  type SecretText,
  secretParts,
  secretText,
} from '../../../src/model/secret.ts';

const reference = fc.record({
  path: fc.constantFrom('shop/db', 'shop/web'),
  version: fc.nat(3),
  field: fc.constantFrom('password', 'key'),
});

/** Pieces as expressions make them: plain texts, and secret texts with text around a reference. */
const piece = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc
    .tuple(fc.string({ maxLength: 2 }), reference, fc.string({ maxLength: 2 }))
    .map(([before, secret, after]) => joinTexts([before, secretText([secret]), after])),
);

/** What a worker makes of it. */
const revealed = (text: string | SecretText): string =>
  typeof text === 'string'
    ? text
    : secretParts(text)
        .map((part) => (typeof part === 'string' ? part : name(part)))
        .join('');

const name = ({ path, version, field }: SecretReference) => `<${path}@${version}.${field}>`;

describe('joined texts', () => {
  test('reveal what their pieces reveal, one after another', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(revealed(joinTexts(pieces))).toBe(pieces.map(revealed).join(''));
      }),
    );
  });

  test('are secret where one piece is, and plain where none is', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(isSecretText(joinTexts(pieces))).toBe(pieces.some(isSecretText));
      }),
    );
  });

  test('are equal however the same text was cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), (pieces, cut) => {
        const at = pieces.length === 0 ? 0 : cut % pieces.length;
        const halves = [joinTexts(pieces.slice(0, at)), joinTexts(pieces.slice(at))];
        const single = pieces.flatMap<string | SecretText>((one) =>
          typeof one === 'string' ? [...one] : [one],
        );
        const whole = canonicalJson(joinTexts(pieces));
        expect(canonicalJson(joinTexts(halves))).toBe(whole);
        expect(canonicalJson(joinTexts(single))).toBe(whole);
      }),
    );
  });

  test('differ when a secret is renewed', () => {
    const url = (version: number) =>
      joinTexts(['postgres://u:', secretText([{ path: 'shop/db', version, field: 'password' }])]);
    expect(canonicalJson(url(1))).not.toBe(canonicalJson(url(2)));
  });
});

describe('secret texts', () => {
  const text = secretText([{ path: 'shop/db', version: 1, field: 'password' }]);

  test('are found wherever they are, with the way to them', () => {
    const value: JsonValue = { a: [1, { b: text }], c: 'plain', d: text };
    expect(findSecretTexts(value)).toEqual([
      { path: ['a', 1, 'b'], text },
      { path: ['d'], text },
    ]);
    expect(findSecretTexts(text)).toEqual([{ path: [], text }]);
    expect(findSecretTexts('plain')).toEqual([]);
  });

  test('do not share their references with what they were made from', () => {
    const mine = { path: 'shop/db', version: 1, field: 'password' };
    const made = secretText([mine]);
    mine.version = 2;
    expect(secretParts(made)).toEqual([{ path: 'shop/db', version: 1, field: 'password' }]);
  });

  test.for<[JsonValue, boolean]>([
    [{ $secret: [] }, true],
    [{ $secret: 'x' }, true],
    [[{ a: { $secret: null } }], true],
    [{ a: '$secret' }, false],
    [{ secret: ['$secret'] }, false],
    ['$secret', false],
    [null, false],
  ])('cannot be brought in by %j: %s', ([value, expected]) => {
    expect(containsSecretKey(value)).toBe(expected);
  });
});
