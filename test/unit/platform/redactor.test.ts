import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/platform/redactor.ts';

describe('a redactor', () => {
  it('takes every secret of four characters or more out of any text', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, unit: 'binary' }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redactor = createRedactor();
          redactor.learn(secret);
          const text = redactor.redact(`${before} ${secret} ${after}`);
          const mark = '[redacted]';
          fc.pre(!mark.includes(secret) && !secret.includes(mark));
          expect(text.replaceAll(mark, '\uFFFF')).not.toContain(secret);
        },
      ),
    );
  });

  it('takes the longer secret where one holds the other', () => {
    const redactor = createRedactor();
    redactor.learn('word');
    redactor.learn('password-1');
    expect(redactor.redact('a password-1 b word c')).toBe('a [redacted] b [redacted] c');
  });

  it('knows the lines of a longer secret', () => {
    const redactor = createRedactor();
    redactor.learn('-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----');
    expect(redactor.redact('line MIIEvQIBADANBg')).toBe('line [redacted]');
  });

  it('knows every form in which programs print a secret', () => {
    const redactor = createRedactor();
    redactor.learn('pa"ss/word');
    const text = `${JSON.stringify({ a: 'pa"ss/word' })} ${encodeURIComponent('pa"ss/word')}`;
    expect(redactor.redact(text)).toBe('{"a":"[redacted]"} [redacted]');
    const base64 = Buffer.from('pa"ss/word').toString('base64');
    expect(redactor.redact(base64)).toMatch(/^\[redacted\]=*$/);
  });

  it('knows a secret without the line end that its file has', () => {
    const redactor = createRedactor();
    redactor.learn('token-1\n');
    expect(redactor.redact('a token-1.')).toBe('a [redacted].');
  });

  it('leaves texts alone in which only something short appears', () => {
    const redactor = createRedactor();
    redactor.learn('abc');
    redactor.learn('');
    expect(redactor.redact('abc def')).toBe('abc def');
  });

  it('takes patterns for what they are', () => {
    const redactor = createRedactor();
    redactor.learn('a.*(b)[c]$');
    expect(redactor.redact('xyz a.*(b)[c]$ aXX')).toBe('xyz [redacted] aXX');
  });
});
