import { describe, expect, it } from 'vitest';
import { readLockFile } from '../../../../../src/executors/terraform/providers/lock-file.ts';

const WRITTEN = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/random" {
  version     = "3.9.0"
  constraints = ">= 3.0.0, ~> 3.9"
  hashes = [
    "h1:o5edhWmRNnxjhTkU2x1tdr/3twTyJQNR80bMgQGz1eA=",
    "zh:0cb1",
  ]
}

provider "mirror.example.org:8443/acme/thing" {
  version = "1.2.3-beta.1"
}
`;

describe('a lock file', () => {
  it('is read as Terraform writes it', () => {
    expect(readLockFile(WRITTEN)).toEqual([
      {
        source: 'registry.terraform.io/hashicorp/random',
        version: '3.9.0',
        hashes: ['h1:o5edhWmRNnxjhTkU2x1tdr/3twTyJQNR80bMgQGz1eA=', 'zh:0cb1'],
      },
      { source: 'mirror.example.org:8443/acme/thing', version: '1.2.3-beta.1', hashes: [] },
    ]);
  });

  it('that is not there names nothing', () => {
    expect(readLockFile(null)).toEqual([]);
  });

  it.each([
    ['../../../../etc', '1.0.0'],
    ['example.org/../thing', '1.0.0'],
    ['example.org/acme/thing/more', '1.0.0'],
    ['/example.org/acme/thing', '1.0.0'],
    ['example.org/acme/thing', '../1.0.0'],
    ['example.org/acme/thing', '1.0.0/..'],
  ])('cannot name a path that leads elsewhere: %s %s', (source, version) => {
    expect(readLockFile(`provider "${source}" {\n  version = "${version}"\n}\n`)).toEqual([]);
  });
});
