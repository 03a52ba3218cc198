import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { askedFormat, documentWriter } from '../../../src/presentation/output-format.ts';

describe('the format of an answer', () => {
  it.each([
    ['', 'table'],
    ['--json', 'json'],
    ['-o yaml', 'yaml'],
    ['-oyaml', 'yaml'],
    ['--output name', 'name'],
    ['--output=json', 'json'],
    ['-o json -o yaml', 'yaml'],
    ['-o nonsense', 'table'],
    ['-o', 'table'],
    ['-- --json', 'table'],
    ['--once --json', 'json'],
  ])('is known from the words "%s" before they are parsed', (words, format) => {
    expect(askedFormat(words.split(' '))).toBe(format);
  });
});

describe('a document', () => {
  const document = {
    text: 'no',
    time: '12:30',
    lines: 'a\nb',
    missing: undefined,
    list: [1, null],
  };

  it('is the same in JSON and YAML', async () => {
    const json = (await documentWriter('json'))(document, { isStream: false });
    const yaml = (await documentWriter('yaml'))(document, { isStream: false });
    expect(parse(yaml)).toEqual(JSON.parse(json));
    expect(parse(yaml, { version: '1.1' })).toEqual(JSON.parse(json));
  });

  it('repeats what it holds twice, as JSON does', async () => {
    const shared = { a: 1 };
    const yaml = (await documentWriter('yaml'))({ one: shared, two: shared }, { isStream: false });
    expect(yaml).toBe('one:\n  a: 1\ntwo:\n  a: 1\n');
  });

  it('takes one line in a stream, and in YAML a mark of its own', async () => {
    expect((await documentWriter('json'))({ a: [1] }, { isStream: true })).toBe('{"a":[1]}\n');
    expect((await documentWriter('yaml'))({ a: [1] }, { isStream: true })).toBe('---\na:\n  - 1\n');
  });
});
