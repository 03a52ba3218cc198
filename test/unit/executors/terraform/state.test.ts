import { describe, expect, it } from 'vitest';
import {
  isEmptyState,
  isNewer,
  outputsOf,
  partsOf,
  readState,
  secretsOfState,
} from '../../../../src/executors/terraform/state.ts';
import { SecretValue } from '../../../../src/platform/secret-value.ts';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function state(changes: object = {}) {
  const read = readState(encode({ version: 4, serial: 3, lineage: 'a', ...changes }));
  if (read === undefined) throw new Error('the state could not be read');
  return read;
}

const resource = (name: string, instances: object[], rest: object = {}) => ({
  module: 'module.main',
  mode: 'managed',
  type: 'terraform_data',
  name,
  instances,
  ...rest,
});

describe('a state', () => {
  it('tells the secrets inside a value of any type', () => {
    const instance = {
      attributes: {
        input: { value: { v: 'canary', n: 1 }, type: ['object', { v: 'string', n: 'number' }] },
      },
      sensitive_attributes: [
        [
          { type: 'get_attr', value: 'input' },
          { type: 'get_attr', value: 'v' },
        ],
      ],
    };
    expect(secretsOfState(state({ resources: [resource('x', [instance])] }))).toEqual(['canary']);
  });

  it('is none while it is being written', () => {
    const bytes = encode({ version: 4, serial: 3, lineage: 'a', resources: [] });
    expect(readState(bytes)).toBeDefined();
    expect(readState(bytes.subarray(0, 20))).toBeUndefined();
    expect(readState(new Uint8Array())).toBeUndefined();
    expect(readState(encode({ version: 3, serial: 3, lineage: 'a' }))).toBeUndefined();
  });

  it('is newer than another one of its line only', () => {
    expect(isNewer(state({ serial: 4 }), state())).toBe(true);
    expect(isNewer(state(), state())).toBe(false);
    expect(isNewer(state({ serial: 9, lineage: 'b' }), state())).toBe(false);
    expect(isNewer(state(), undefined)).toBe(true);
  });

  it('is empty where nothing in it can exist', () => {
    expect(isEmptyState(undefined)).toBe(true);
    expect(isEmptyState(state({ resources: [resource('a', [{}], { mode: 'data' })] }))).toBe(true);
    expect(isEmptyState(state({ resources: [resource('a', [{ deposed: '1f' }])] }))).toBe(false);
  });
});

describe('parts', () => {
  it('are named by their addresses, and know what they depend on among themselves', () => {
    const inner = 'module.main.module.inner["a.b[0]"]';
    const parts = partsOf(
      state({
        resources: [
          resource('many', [{ index_key: 0 }, { index_key: 1 }]),
          resource('keyed', [
            { index_key: 'a"b', dependencies: ['module.main.terraform_data.many'] },
          ]),
          resource('deep', [{ dependencies: ['module.main.data.x.y'] }], { module: inner }),
          resource('last', [{ dependencies: ['module.main.module.inner.terraform_data.deep'] }]),
          resource('gone', [{ deposed: '1f' }]),
          resource('read', [{}], { mode: 'data' }),
        ],
      }),
    );
    expect(parts.map(({ address, dependsOn }) => [address, dependsOn])).toEqual([
      ['module.main.terraform_data.many[0]', []],
      ['module.main.terraform_data.many[1]', []],
      [
        'module.main.terraform_data.keyed["a\\"b"]',
        ['module.main.terraform_data.many[0]', 'module.main.terraform_data.many[1]'],
      ],
      [`${inner}.terraform_data.deep`, []],
      ['module.main.terraform_data.last', [`${inner}.terraform_data.deep`]],
    ]);
  });
});

describe('outputs', () => {
  it('keep their type; sensitive ones are secrets, as JSON where they are no texts', () => {
    const outputs = outputsOf(
      state({
        outputs: {
          list: { value: [1, 'a'] },
          password: { value: 'hidden', sensitive: true },
          pair: { value: { a: 1 }, sensitive: true },
        },
      }),
      ['list', 'password', 'pair', 'absent'].map((name) => ({ name, sensitive: name === 'pair' })),
    );
    const revealed = Object.entries(outputs).map(([name, output]) => [
      name,
      output instanceof SecretValue ? `secret ${output.reveal()}` : output,
    ]);
    expect(Object.fromEntries(revealed)).toEqual({
      list: [1, 'a'],
      password: 'secret hidden',
      pair: 'secret {"a":1}',
      absent: null,
    });
  });
});

describe('the secrets of a state', () => {
  it('are the texts of sensitive outputs and attributes', () => {
    const attributes = {
      input: { value: { user: 'admin', token: 'in-input' }, type: ['object', { user: 'string' }] },
      tags: [{ key: 'in-tags' }, { key: 'open' }],
      open: 'open',
    };
    const attr = (value: string) => ({ type: 'get_attr', value });
    const index = { type: 'index', value: { value: 0, type: 'number' } };
    const found = secretsOfState(
      state({
        outputs: { a: { value: ['in-output'], sensitive: true }, b: { value: 'open' } },
        resources: [
          resource('x', [
            {
              attributes,
              sensitive_attributes: [[attr('input')], [attr('tags'), index, attr('key')]],
            },
          ]),
        ],
      }),
    );
    expect(found).toEqual(['in-output', 'admin', 'in-input', 'in-tags']);
  });
});
