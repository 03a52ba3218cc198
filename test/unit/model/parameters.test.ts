import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { checkParameters, secretParameters } from '../../../src/model/parameters.ts';
import { secretText } from '../../../src/model/secret.ts';

const TEMPLATE = {
  name: 'shop',
  version: '1.0.0',
  parameters: {
    type: 'object',
    required: ['region'],
    properties: {
      region: { enum: ['north', 'south'] },
      replicas: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
      ratio: { type: 'number' },
      debug: { type: 'boolean', default: false },
      mail: { type: 'string', format: 'email' },
      name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
      token: { type: 'string', writeOnly: true, minLength: 8 },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      size: {
        type: 'object',
        additionalProperties: false,
        properties: { cpu: { type: 'integer' }, memory: { type: 'integer', default: 512 } },
      },
    },
  },
} satisfies { name: string; version: string; parameters: JsonObject };

const TOKEN = secretText([{ path: 'shop/token', version: 1, field: 'value' }]);

function failure(given: JsonObject, recorded: JsonObject = {}): BiotopeError {
  try {
    checkParameters(TEMPLATE, given, recorded);
  } catch (error) {
    if (error instanceof BiotopeError) return error;
    throw error;
  }
  throw new Error('the parameters were taken');
}

describe('parameters', () => {
  it('come back with defaults, also inside objects, and what was given is left alone', () => {
    const given = { region: 'north', size: { cpu: 2 } };
    expect(checkParameters(TEMPLATE, given)).toEqual({
      region: 'north',
      replicas: 2,
      debug: false,
      size: { cpu: 2, memory: 512 },
    });
    expect(given).toEqual({ region: 'north', size: { cpu: 2 } });
  });

  it('are laid over the recorded ones; null takes one back to its default', () => {
    const recorded = { region: 'north', replicas: 5, debug: true, ratio: 1, gone: 'x' };
    const given = { region: 'south', replicas: null, ratio: null };
    expect(checkParameters(TEMPLATE, given, recorded)).toEqual({
      region: 'south',
      replicas: 2,
      debug: true,
    });
  });

  it('keep a recorded secret, which is a reference, and take a new one', () => {
    const recorded = { region: 'north', token: TOKEN };
    expect(checkParameters(TEMPLATE, {}, recorded).token).toEqual(TOKEN);
    expect(checkParameters(TEMPLATE, { token: 'a new secret' }, recorded).token).toBe(
      'a new secret',
    );
    expect(checkParameters(TEMPLATE, { token: null }, recorded)).not.toHaveProperty('token');
  });

  it('say which ones are secret', () => {
    expect(secretParameters(TEMPLATE)).toEqual(['token']);
  });

  it('may be none at all', () => {
    const template = {
      name: 'a',
      version: '1.0.0',
      parameters: { type: 'object', properties: {} },
    };
    expect(checkParameters(template, {})).toEqual({});
    expect(() => checkParameters(template, { a: 1 })).toThrow('The template has none.');
  });
});

describe('parameters that do not fit', () => {
  it.each<[JsonObject, string]>([
    [{}, 'region: expected a value, given nothing. Give it: --parameter region=VALUE.'],
    [
      { region: 'nroth' },
      'region: expected one of "north", "south", given "nroth". Did you mean "north"?',
    ],
    [{ region: 'north', replicas: 0 }, 'replicas: expected at least 1, given 0.'],
    [
      { region: 'north', replicas: '3' },
      'replicas: expected a whole number, given "3". Give it as a number: 3.',
    ],
    [{ region: 'north', replicas: 1.5 }, 'replicas: expected a whole number, given 1.5.'],
    [
      { region: 'north', debug: 'true' },
      'debug: expected true or false, given "true". Give it without quotes: true.',
    ],
    [{ region: 'north', mail: 'x' }, 'mail: expected a text in the format email, given "x".'],
    [{ region: 'north', name: 'ABC' }, 'name: expected a text that matches ^[a-z]+$, given "ABC".'],
    [{ region: 'north', name: 'abcdef' }, 'name: expected at most 5 characters, given "abcdef".'],
    [
      { region: 'north', replcas: 1 },
      'replcas: expected a parameter of the template, given another name. Did you mean "replicas"?',
    ],
    [
      { region: 'north', size: { cpus: 1 } },
      'size.cpus: expected no such member, given 1. Did you mean "cpu"?',
    ],
    [{ region: 'north', size: { cpu: 'x' } }, 'size.cpu: expected a whole number, given "x".'],
    [{ region: 'north', labels: { a: 1 } }, 'labels.a: expected a text, given 1.'],
    [
      { region: 'north', labels: { $secret: 'x' } },
      'labels: expected a value without "$secret", given one that holds "$secret".',
    ],
    [
      { region: 'north', token: TOKEN },
      'token: expected a value without "$secret", given one that holds "$secret".',
    ],
  ])('%j', (given, line) => {
    const error = failure(given);
    expect(error.code).toBe('PARAMETERS_INVALID');
    expect(error.detail?.split('\n')).toContain(line);
  });

  it('are told all at once, for people and for programs', () => {
    const error = failure({ region: 'west', replicas: 100, unknown: 1 });
    expect(error.message).toBe('The parameters do not fit template shop@1.0.0: 3 problems.');
    expect(error.facts.problems).toHaveLength(3);
    expect(error.facts.problems).toContainEqual({
      parameter: 'replicas',
      expected: 'at most 9',
      given: '100',
      suggestion: null,
    });
  });

  it('never show a secret', () => {
    const error = failure({ region: 'north', token: 'hunter2' });
    expect(error.message).toContain('token: expected at least 8 characters, given a secret.');
    expect(JSON.stringify([error.message, error.detail, error.facts])).not.toContain('hunter2');
  });

  it('cannot pass a reference of their own making off as recorded', () => {
    const error = failure({ region: 'north', labels: { a: { $secret: [] } } }, { region: 'north' });
    expect(error.detail).toContain('labels: expected a value without "$secret"');
  });

  it('cannot reach a prototype', () => {
    const given: JsonObject = JSON.parse('{"region":"north","__proto__":{"polluted":true}}');
    expect(failure(given).detail).toContain('__proto__: expected a parameter of the template');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
