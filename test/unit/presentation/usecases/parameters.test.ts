import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/model/limits.ts';
import { readParameters as read } from '../../../../src/presentation/usecases/parameters.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'biotope-parameters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const readParameters = (flags: Parameters<typeof read>[0], types: Parameters<typeof read>[1]) =>
  read(flags, types, DEFAULT_LIMITS);

const schema = {
  type: 'object',
  properties: { version: { type: 'string' }, size: { type: 'integer' } },
};

function file(text: string): string {
  const path = join(folder, 'parameters.yaml');
  writeFileSync(path, text);
  return path;
}

describe('parameters on the command line', () => {
  it('are read as the type they have in the template', () => {
    const parameter = ['version=1.10', 'size=3', 'on=true', 'list=[1, 2]', 'none=null', 'text=a=b'];
    expect(readParameters({ parameter }, schema)).toEqual({
      version: '1.10',
      size: 3,
      on: true,
      list: [1, 2],
      none: null,
      text: 'a=b',
    });
  });

  it.each([
    ['version=null', { version: null }],
    ['version="null"', { version: 'null' }],
    ['version="1.10"', { version: '"1.10"' }],
    ['size=null', { size: null }],
    ['other="null"', { other: 'null' }],
  ])('%s is null only without quotes, whatever its type', (pair, expected) => {
    expect(readParameters({ parameter: [pair] }, schema)).toEqual(expected);
  });

  it('win over those of a file', () => {
    const flags = { parameter: ['size=3'], 'parameters-file': file('size: 1\nregion: south\n') };
    expect(readParameters(flags, schema)).toEqual({ size: 3, region: 'south' });
  });

  it('are not repeated in an error, because they may be secret', () => {
    const reading = () => readParameters({ parameter: ['key=[canary'] }, null);
    expect(reading).toThrow(/value of --parameter key/);
    expect(reading).not.toThrow(/canary/);
  });

  it.each(['size', '=3'])('%j is no parameter', (pair) => {
    expect(() => readParameters({ parameter: [pair] }, null)).toThrow(/NAME=VALUE/);
  });
});

describe('a file of parameters', () => {
  it.each([
    ['is no map', '- a', /parameters by name/],
    ['is no YAML', 'a: [', /cannot be read/],
  ])('that %s is refused', (_, text, says) => {
    expect(() => readParameters({ 'parameters-file': file(text) }, null)).toThrow(says);
  });

  it('that does not exist is refused', () => {
    const absent = join(folder, 'absent.yaml');
    expect(() => readParameters({ 'parameters-file': absent }, null)).toThrow(/ENOENT/);
  });

  it('is read whole up to the bound of a command, and refused beyond it', () => {
    const text = `text: ${'x'.repeat(200_000)}`;
    const flags = { 'parameters-file': file(text) };
    expect(read(flags, null, { commandBytesMax: text.length })).toEqual({ text: text.slice(6) });
    expect(() => read(flags, null, { commandBytesMax: text.length - 1 })).toThrow(
      expect.objectContaining({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining('limits.commandBytesMax'),
      }),
    );
  });

  it.skipIf(process.platform === 'win32')('that has no end is refused', () => {
    const flags = { 'parameters-file': '/dev/zero' };
    expect(() => read(flags, null, { commandBytesMax: 1_000 })).toThrow(/more than 1000 bytes/);
  });

  it('that is empty holds none', () => {
    expect(readParameters({ 'parameters-file': file('') }, null)).toEqual({});
  });
});
