import { describe, expect, it } from 'vitest';
import { inputsOf, variableValues } from '../../../../src/executors/terraform/inputs.ts';
import { readSpec } from '../../../../src/executors/terraform/spec.ts';
import { synthesise } from '../../../../src/executors/terraform/synthesis.ts';
import { SecretValue } from '../../../../src/platform/secret-value.ts';

const SPEC = {
  module: './m',
  variables: { z: 1, a: { users: [{ password: new SecretValue('hidden') }] }, n: null },
  providers: {
    vault: { address: 'http://${host}/%{x}', auth: [{ token: new SecretValue('token') }] },
  },
};

function inputsOfSpec() {
  const { spec } = readSpec(SPEC);
  if (spec === null) throw new Error('the spec has problems');
  return inputsOf(spec);
}

describe('inputs', () => {
  it('are variables of the root module, sensitive where a secret takes part', () => {
    expect(inputsOfSpec().inputs).toEqual([
      { variable: 'a', path: ['variables', 'a'], sensitive: true },
      { variable: 'n', path: ['variables', 'n'], sensitive: false },
      { variable: 'z', path: ['variables', 'z'], sensitive: false },
      {
        variable: 'biotope_provider_secret_1',
        path: ['providers', 'vault', 'auth', 0, 'token'],
        sensitive: true,
      },
    ]);
  });

  it('leave no secret and no expression in the configuration of providers', () => {
    expect(inputsOfSpec().providers).toEqual({
      vault: {
        address: 'http://$${host}/%%{x}',
        auth: [{ token: '${var.biotope_provider_secret_1}' }],
      },
    });
  });

  it('have their values, in the clear, in the one file for them', () => {
    expect(JSON.parse(variableValues(inputsOfSpec().inputs, SPEC))).toEqual({
      a: { users: [{ password: 'hidden' }] },
      n: null,
      z: 1,
      biotope_provider_secret_1: 'token',
    });
    expect(JSON.parse(variableValues(inputsOfSpec().inputs, {})).a).toBeNull();
  });
});

describe('a stack', () => {
  const stack = {
    ...inputsOfSpec(),
    source: './module',
    scratchFolder: import.meta.dirname,
    outputs: [
      { name: 'z', sensitive: false },
      { name: 'b', sensitive: true },
    ],
    module: {
      variables: [],
      outputs: [],
      providers: [],
      providerUses: [],
      calls: [],
      remotes: [],
      isRead: true,
      problems: [],
      requirements: [{ folder: 'm', name: 'vault', source: 'hashicorp/vault', version: '~> 4' }],
    },
  };

  it('is the same text for the same spec, and holds no secret', async () => {
    const text = await synthesise(stack, null);
    expect(await synthesise(stack, null)).toBe(text);
    expect(text).not.toContain('hidden');
    expect(JSON.parse(text)).toEqual({
      terraform: {
        backend: { local: { path: 'terraform.tfstate' } },
        required_providers: { vault: { source: 'hashicorp/vault' } },
      },
      variable: {
        a: { type: 'any', sensitive: true },
        n: { type: 'any' },
        z: { type: 'any' },
        biotope_provider_secret_1: { type: 'any', sensitive: true },
      },
      provider: {
        vault: [
          {
            address: 'http://$${host}/%%{x}',
            auth: [{ token: '${var.biotope_provider_secret_1}' }],
          },
        ],
      },
      module: { main: { source: './module', a: '${var.a}', n: '${var.n}', z: '${var.z}' } },
      output: {
        z: { value: '${module.main.z}' },
        b: { value: '${module.main.b}', sensitive: true },
      },
    });
  });
});
