import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentKey, edgeKey, orderOf, vertexId } from '../../../../src/store/arango/keys.ts';

/** https://docs.arangodb.com/3.12/concepts/data-structure/documents/#document-keys */
const ALLOWED = /^[A-Za-z0-9_\-:.@()+,=;$!*'%]{1,254}$/;

const key = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 400 }));

describe('keys of documents', () => {
  it('are made of what the server takes, whatever a record is called', () => {
    fc.assert(fc.property(key, (text) => ALLOWED.test(documentKey(text))));
    expect(documentKey('shop/web[0]')).toBe('shop=2Fweb=5B0=5D');
    expect(documentKey("a!~*'()?#%")).toBe('a=21=7E=2A=27=28=29=3F=23=25');
  });

  it('differ where keys do', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        return (documentKey(left) === documentKey(right)) === (left === right);
      }),
    );
    const long = 'x'.repeat(300);
    expect(documentKey(`${long}a`)).not.toBe(documentKey(`${long}b`));
    expect(documentKey('=2F')).not.toBe(documentKey('/'));
    expect(documentKey('')).toMatch(ALLOWED);
  });

  it('of edges say both ends', () => {
    expect(edgeKey('a', 'b')).not.toBe(edgeKey('b', 'a'));
    expect(edgeKey('a', 'b","c')).not.toBe(edgeKey('a","b', 'c'));
    expect(edgeKey('a', 'b')).toMatch(ALLOWED);
  });

  it('keep apart what others own', () => {
    expect(vertexId('external:mail')).toBe('external_resources/external=3Amail');
    expect(vertexId('shop/web[0]')).toBe('resources/shop=2Fweb=5B0=5D');
  });
});

describe('what keys are sorted by', () => {
  it('has the order of their bytes', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        const [first, second] = [orderOf(left), orderOf(right)];
        return Math.sign(bytes) === (first < second ? -1 : Number(first > second));
      }),
    );
  });

  it('is of digits alone, which every language sorts alike', () => {
    fc.assert(fc.property(key, (text) => /^\d*$/.test(orderOf(text))));
  });
});
