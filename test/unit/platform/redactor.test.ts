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

  it('knows every character in the spelling of JSON, of an address, of a shell and of HTML', () => {
    const redactor = createRedactor();
    const secret = `pa"s's <w>&ö rd/+%\\\t🦊`;
    redactor.learn(secret);
    const json = JSON.stringify(secret).slice(1, -1);
    const ascii = json.replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const spellings = [
      json,
      JSON.stringify(json).slice(1, -1),
      json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003E').replaceAll('&', '\\u0026'),
      ascii,
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase(),
      new URLSearchParams({ secret }).toString().replace('secret=', ''),
      secret.replaceAll("'", "'\\''"),
      secret.replaceAll(/(?<special>[^\w])/gu, '\\$<special>'),
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
    ];
    for (const text of spellings) expect(redactor.redact(`a ${text} b`)).toBe('a [redacted] b');
  });

  it('knows a secret in Base64 and hex, whatever stands around it', () => {
    const redactor = createRedactor();
    redactor.learn('pa"ss/wörd-1');
    for (const before of ['', 'u', 'us', 'user:']) {
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        const text = Buffer.from(`${before}pa"ss/wörd-1 and more`).toString(form);
        const [head = '', tail = ''] = redactor.redact(text).split('[redacted]');
        const left = Buffer.from(`${head}${tail}`, form).toString();
        expect(left).not.toMatch(/pa"|ss|rd-/);
        expect(text.length - head.length - tail.length).toBeGreaterThan(12);
      }
    }
  });

  it.each([1_001, 20_000, 500_000])('knows one of %i characters, and each of its lines', (size) => {
    const line = (at: number) => `    line "${at}": ${'<x>'.repeat(9)}`;
    const lines = Array.from({ length: Math.ceil(size / 40) }, (_, at) => line(at));
    const secret = lines.join('\n');
    const redactor = createRedactor();
    redactor.learn(secret);
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    for (const text of [...forms, Buffer.from(secret).toString('hex')]) {
      expect(redactor.redact(`a ${text} b`)).toBe('a [redacted] b');
    }
    expect(redactor.redact(`a ${lines[7]?.trim()} b`)).toBe('a [redacted] b');
    expect(redactor.holds(`a ${secret} b`, 8)).toBe(true);
    expect(redactor.holds('something else', 8)).toBe(false);
  });

  it('knows thousands of secrets', () => {
    const redactor = createRedactor();
    const secrets = Array.from({ length: 3_000 }, (_, at) => `secret "${at}" of many`);
    for (const secret of secrets) redactor.learn(secret);
    expect(redactor.redact(secrets.join('|'))).toBe(Array(3_000).fill('[redacted]').join('|'));
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
