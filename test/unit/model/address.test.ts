import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, addressParts, parseAddress } from '../../../src/model/address.ts';

const id = fc.stringMatching(/^[a-z][a-z0-9/-]{0,40}$/);
const index = fc.nat(99_999);

describe('an address', () => {
  test('leads back to its id and index', () => {
    fc.assert(
      fc.property(id, index, (name, at) => {
        expect(addressParts(addressOf(name, at))).toEqual({ id: name, index: at });
        expect(parseAddress(addressOf(name, at))).toEqual({ id: name, index: at });
      }),
    );
  });

  test('is another one for another id or index', () => {
    fc.assert(
      fc.property(id, index, id, index, (one, at, other, otherAt) => {
        const same = one === other && at === otherAt;
        expect(addressOf(one, at) === addressOf(other, otherAt)).toBe(same);
      }),
    );
  });

  test('may be written without its index where there is one only', () => {
    expect(parseAddress('web')).toEqual({ id: 'web', index: 0 });
    expect(parseAddress('site/web-2')).toEqual({ id: 'site/web-2', index: 0 });
  });

  test.for([
    '',
    'Web',
    '0web',
    'web[',
    'web[]',
    'web[-1]',
    'web[1.5]',
    'web[123456]',
    'web[0]x',
    'we b',
  ])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
