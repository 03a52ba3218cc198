import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readParameters } from '../../../src/presentation/parameters.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'biotope-parameters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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

  it('win over those of a file', () => {
    const flags = { parameter: ['size=3'], 'parameters-file': file('size: 1\nregion: south\n') };
    expect(readParameters(flags, schema)).toEqual({ size: 3, region: 'south' });
  });

  it('are not repeated in an error, because they may be secret', () => {
    const read = () => readParameters({ parameter: ['key=[canary'] }, null);
    expect(read).toThrow(/value of --parameter key/);
    expect(read).not.toThrow(/canary/);
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

  it('that is empty holds none', () => {
    expect(readParameters({ 'parameters-file': file('') }, null)).toEqual({});
  });
});
