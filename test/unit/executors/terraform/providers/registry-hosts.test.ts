import { describe, expect, it } from 'vitest';
import type { Module } from '../../../../../src/executors/terraform/modules/module.ts';
import {
  isForeign,
  rehostLock,
  rehostState,
} from '../../../../../src/executors/terraform/providers/registry-hosts.ts';
import { lockedProviders } from '../../../../../src/executors/terraform/record.ts';

const LOCK = `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/random" {
  version     = "3.5.1"
  constraints = "~> 3.5"
  hashes = [
    "h1:abc=",
    "zh:def",
  ]
}

provider "registry.terraform.io/acme/thing" {
  version = "1.2.3"
}

provider "example.com/acme/other" {
  version = "0.1.0"
}
`;

function moduleAsking(...sources: string[]): Module {
  const requirements = sources.map((source) => ({ folder: '', name: 'x', source, version: null }));
  return {
    variables: [],
    outputs: [],
    providers: [],
    providerUses: [],
    requirements,
    calls: [],
    remotes: [],
    isRead: true,
    problems: [],
  };
}

describe('a lock file that the other product wrote', () => {
  it('gets an entry of the own registry for each, of the same version and without checksums', () => {
    const rehosted = rehostLock(LOCK, 'opentofu');
    expect(lockedProviders(rehosted.slice(LOCK.length))).toEqual([
      'registry.opentofu.org/hashicorp/random 3.5.1',
      'registry.opentofu.org/acme/thing 1.2.3',
    ]);
    expect(rehosted.startsWith(LOCK)).toBe(true);
    expect(rehosted.slice(LOCK.length)).not.toContain('hashes');
  });

  it('keeps the entries that are of the own registry already', () => {
    const own = 'provider "registry.opentofu.org/acme/thing" {\n  version = "2.0.0"\n}\n';
    const rehosted = rehostLock(LOCK + own, 'opentofu');
    expect(lockedProviders(rehosted)).toContain('registry.opentofu.org/acme/thing 2.0.0');
    expect(lockedProviders(rehosted)).not.toContain('registry.opentofu.org/acme/thing 1.2.3');
  });

  it('stays as it is for the one that wrote it', () => {
    expect(rehostLock(LOCK, 'terraform')).toBe(LOCK);
    expect(isForeign(LOCK, 'terraform')).toBe(false);
    expect(isForeign(LOCK, 'opentofu')).toBe(true);
  });
});

describe('a state that OpenTofu wrote', () => {
  const provider = 'registry.opentofu.org/hashicorp/random';
  const stateWith = (...providers: string[]) =>
    JSON.stringify({
      version: 4,
      resources: providers.map((name) => ({
        provider: name,
        instances: [{ attributes: { note: `"provider": "provider["${provider}"]"` } }],
      })),
    });

  it('speaks of Terraform’s registry, in modules and with aliases as well', () => {
    const state = stateWith(
      `provider["${provider}"]`,
      `module.main.module.inner.provider["${provider}"].second`,
      'provider["terraform.io/builtin/terraform"]',
    );
    const rehosted = JSON.parse(rehostState(state, 'terraform', moduleAsking('hashicorp/random')));
    const names = rehosted.resources.map((resource: { provider: string }) => resource.provider);
    expect(names).toEqual([
      'provider["registry.terraform.io/hashicorp/random"]',
      'module.main.module.inner.provider["registry.terraform.io/hashicorp/random"].second',
      'provider["terraform.io/builtin/terraform"]',
    ]);
  });

  it('is changed nowhere else: neither in what resources hold, nor in numbers', () => {
    const state = `{"serial": 12345678901234567890, ${stateWith().slice(1)}`;
    expect(rehostState(state, 'terraform', moduleAsking())).toBe(state);
    const kept = rehostState(stateWith(`provider["${provider}"]`), 'terraform', moduleAsking());
    expect(JSON.parse(kept).resources[0].instances[0].attributes.note).toContain(provider);
  });

  it('keeps a registry that the module names itself', () => {
    const state = stateWith(`provider["${provider}"]`);
    expect(rehostState(state, 'terraform', moduleAsking(provider))).toBe(state);
  });
});
