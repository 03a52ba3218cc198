import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../../src/model/limits.ts';
import {
  readParameters as read,
  readToldOutputs,
} from '../../../../../src/presentation/usecases/input/parameters.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const readParameters = (flags: Parameters<typeof read>[0], types: Parameters<typeof read>[1]) =>
  read(flags, types, DEFAULT_LIMITS);

const bounded = (commandBytesMax: number) => ({ ...DEFAULT_LIMITS, commandBytesMax });

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

  it.each([
    '[canary',
    '"canary',
    '*canary',
    '!canary 3',
    '{ ? [canary] : 1 }',
    '{ canary: 1, canary: 2 }',
    '%canary',
    '12345678901234567890123456',
  ])('are not repeated in an error or a warning, because they may be secret: %s', (text) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const reading = () => readParameters({ parameter: [`key=${text}`] }, null);
    expect(reading).toThrow(/value of --parameter key cannot be read as YAML: [a-z"]/);
    expect(reading).not.toThrow(/canary|1234/);
    expect(warned).not.toHaveBeenCalled();
  });

  it.each(['size', '=3'])('%j is no parameter', (pair) => {
    expect(() => readParameters({ parameter: [pair] }, null)).toThrow(/NAME=VALUE/);
  });
});

describe('a file of parameters', () => {
  it.each([
    ['is no map', '- a', /parameters by name/],
    ['has a bracket open', 'a: [b\nc: 1', /line 2, column 1: a bracket was opened before/],
    ['has no comma', '{"a": 1,\n "b" 2}', /line 2, column 6: a comma or a colon is missing/],
    ['has a name twice', 'a: 1\na: 2', /line 2, column 1: this name stands twice/],
    ['has an unknown alias', 'a: *b', /line 1, column 4: nothing before it is marked/],
  ])('that %s is refused', (_, text, says) => {
    expect(() => readParameters({ 'parameters-file': file(text) }, null)).toThrow(says);
  });

  it('that does not exist is refused', () => {
    const absent = join(folder, 'absent.yaml');
    expect(() => readParameters({ 'parameters-file': absent }, null)).toThrow(/does not exist/);
  });

  it('is not repeated where it is broken, because it may hold secrets', () => {
    for (const text of ['a: "canary', 'a: canary: b', '{"a" canary}', 'a: |canary\n', 'canary']) {
      const reading = () => readParameters({ 'parameters-file': file(text) }, null);
      expect(reading).toThrow();
      expect(reading).not.toThrow(/canary/);
    }
  });

  it('is read whole up to the bound of a command, and refused beyond it', () => {
    const text = `text: ${'x'.repeat(200_000)}`;
    const flags = { 'parameters-file': file(text) };
    expect(read(flags, null, bounded(text.length))).toEqual({ text: text.slice(6) });
    expect(() => read(flags, null, bounded(text.length - 1))).toThrow(
      expect.objectContaining({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining('limits.commandBytesMax'),
      }),
    );
  });

  it.skipIf(process.platform === 'win32')('that has no end is refused', () => {
    const flags = { 'parameters-file': '/dev/zero' };
    expect(() => read(flags, null, bounded(1_000))).toThrow(/more than 1000 bytes/);
  });

  it('that is empty holds none', () => {
    expect(readParameters({ 'parameters-file': file('') }, null)).toEqual({});
  });
});

describe('outputs that a person tells', () => {
  it('come from a file and from the command line, as parameters do', () => {
    const flags = { 'outputs-file': file('url: a\nport: 1'), 'set-output': ['port=2'] };
    expect(readToldOutputs(flags, DEFAULT_LIMITS)).toEqual({ url: 'a', port: 2 });
  });

  it('are texts as they stand, unless they are JSON', () => {
    const given: Record<string, unknown> = {
      '0123': '0123',
      '1.10': '1.10',
      '12345678901234567890123456': '12345678901234567890123456',
      yes: 'yes',
      '[a, b]': '[a, b]',
      '"': '"',
      '': '',
      '3': 3,
      '-1.5': -1.5,
      true: true,
      null: null,
      '[1, "a"]': [1, 'a'],
      '{"a": 1}': { a: 1 },
      '"3"': '3',
    };
    for (const [text, value] of Object.entries(given)) {
      const told = readToldOutputs({ 'set-output': [`x=${text}`] }, DEFAULT_LIMITS);
      expect(told).toEqual({ x: value });
    }
  });

  it.each([
    [{ 'set-output': ['url'] }, /--set-output "url" must be NAME=VALUE/],
    [{ 'set-output': ['=canary'] }, /--set-output "" must be NAME=VALUE/],
    [{ 'outputs-file': '/nowhere' }, /The file of outputs \/nowhere does not exist/],
  ])('are refused under their own names: %j', (flags, says) => {
    const reading = () => readToldOutputs(flags, DEFAULT_LIMITS);
    expect(reading).toThrow(says);
    expect(reading).not.toThrow(/canary/);
  });
});
