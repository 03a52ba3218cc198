import { describe, expect, it } from 'vitest';
import {
  demandRegistries,
  registryHost,
  registrySystem,
  unreachableRegistry,
} from '../../../../src/executors/terraform/providers/registries.ts';

const RANDOM = { source: 'registry.terraform.io/hashicorp/random', version: '3.6.0', hashes: [] };

describe('a registry that cannot be reached', () => {
  it.for([
    'Could not retrieve the list of available versions for provider hashicorp/random: could not connect to registry.terraform.io: failed to request discovery document: dial tcp: connection refused',
    'Error while installing hashicorp/random v3.6.0: could not query\n  │ provider registry for\n  │ registry.terraform.io/hashicorp/random: the request failed after 2 attempts',
  ])('is named by what Terraform says: %s', (said) => {
    expect(unreachableRegistry(said)).toBe('terraform-registry:registry.terraform.io');
  });

  it('is named with its port', () => {
    const said = 'could not connect to localhost:4433: failed to request discovery document';
    expect(unreachableRegistry(said)).toBe('terraform-registry:localhost:4433');
  });

  it.for([
    'Error: Invalid provider configuration',
    'could not connect to the server',
    'could not connect to ../../etc: no',
    '',
  ])('is not what this is about: %s', (said) => {
    expect(unreachableRegistry(said)).toBeUndefined();
  });

  it('is asked for nothing while it is known to be away', () => {
    const away = { isAway: (system: string) => system === registrySystem('registry.terraform.io') };
    expect(() => demandRegistries(away, [RANDOM])).toThrow(
      expect.objectContaining({
        code: 'SYSTEM_UNAVAILABLE',
        facts: { system: 'terraform-registry:registry.terraform.io' },
      }),
    );
    demandRegistries(away, []);
    demandRegistries({ isAway: () => false }, [RANDOM]);
    demandRegistries(undefined, [RANDOM]);
  });

  it('has a host and nothing else in its name', () => {
    expect(registryHost('terraform-registry:registry.opentofu.org')).toBe('registry.opentofu.org');
    expect(registryHost('consul')).toBeUndefined();
    expect(registryHost('terraform-registry:')).toBeUndefined();
    expect(registryHost('terraform-registry:a/../b')).toBeUndefined();
  });
});
