import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { readLockFile } from './providers/lock-file.ts';

/**
 * All that destroying needs besides the state, the bundle's files and the values of the inputs.
 * Holds no secret.
 */
const RECORD = z.object({
  format: z.literal(1),
  /** The synthesised stack, as Terraform got it. */
  configuration: z.string(),
  inputs: z.array(
    z.object({
      variable: z.string(),
      path: z.array(z.union([z.string(), z.number()])),
      sensitive: z.boolean(),
    }),
  ),
  /** The module's folder in the bundle, and the digest of its configuration. */
  module: z.string(),
  contentDigest: z.string(),
  outputs: z.array(z.object({ name: z.string(), sensitive: z.boolean() })),
  /** Provider versions and checksums; null where no provider is needed. */
  lockFile: z.string().nullable(),
  providers: z.array(z.string()),
  terraformVersion: z.string(),
  /** What an adoption that has not succeeded yet was to import: ids by address in the stack. */
  adopted: z.record(z.string(), z.string()).default({}),
});

export type TerraformRecord = z.output<typeof RECORD>;

/** Null where nothing was recorded, or something that another version wrote. */
export function readRecord(record: JsonObject | null): TerraformRecord | null {
  return RECORD.safeParse(record).data ?? null;
}

/** `registry.terraform.io/hashicorp/random 3.9.0`, for people. */
export function lockedProviders(lockText: string | null): string[] {
  return readLockFile(lockText).map(({ source, version }) => `${source} ${version}`);
}
