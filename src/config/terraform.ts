import { z } from 'zod';
import { isSecureUrl } from '../model/secure-url.ts';
import { isPath } from '../platform/paths.ts';
import { group, milliseconds } from './pieces.ts';

/** How Terraform is found and run, and where its states are. */
export const terraform = group({
  binary: z.string().min(1).default('terraform').describe('terraform, tofu, or the path of one.'),
  releasesUrl: z
    .string()
    .refine(isSecureUrl, 'name an https address')
    .default('https://releases.hashicorp.com')
    .describe('Where doctor --install fetches Terraform: HashiCorp, or a mirror of it.'),
  cliConfigFile: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Terraform's CLI configuration (mirrors); null: TF_CLI_CONFIG_FILE or its default."),
  lockPlatforms: z
    .array(z.string().regex(/^[a-z0-9]+_[a-z0-9]+$/, 'name a platform, such as linux_arm64'))
    .max(20)
    .default([])
    .describe('Platforms that lock files get hashes for, besides that of this machine.'),
  graceMs: milliseconds(
    5 * 60_000,
    'How long a Terraform that is asked to stop may take before it is killed.',
    1_000,
  ),
  backend: group({
    type: z
      .enum(['local', 'consul'])
      .default('local')
      .describe(
        'Where states of new resources are kept: local: sealed in the store; consul: in Consul, by ' +
          "Terraform's own backend.",
      ),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .nullable()
      .default(null)
      .describe('Of the Consul that keeps states; null: consul.url.'),
    datacenter: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe("Its datacenter; null: the agent's own."),
    path: z
      .string()
      .max(200)
      .refine(isPath, 'use segments joined by "/"')
      .default('biotope/terraform')
      .describe('Below which the states are, of this installation alone.'),
    token: z
      .string()
      .min(1)
      .max(1_000)
      .nullable()
      .default(null)
      .describe('Of that Consul, seen by what Terraform runs; null: consul.token.'),
  }),
});
