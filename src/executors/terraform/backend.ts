import type { JsonObject } from '../../model/json.ts';
import { segmentFor } from '../../platform/paths.ts';
import type { StepContext } from '../executor.ts';
import type { TerraformRecord } from './record.ts';

/** Where Terraform keeps states itself, for those who want them elsewhere than in the store. */
export interface RemoteBackend {
  type: 'consul';
  /** Of the backend's block, without the path. No secret. */
  arguments: Readonly<Record<string, string | boolean>>;
  /** Below which each resource has its state. */
  path: string;
}

export const LOCAL = 'local';

/** The backend's block of one resource: whoever has it finds the state. */
export function backendBlock(
  backend: RemoteBackend,
  { environment, identity }: Pick<StepContext, 'environment' | 'identity'>,
): JsonObject {
  const path = `${backend.path}/${environment}/${segmentFor(identity)}`;
  return { [backend.type]: { ...backend.arguments, path } };
}

/** The same stack with another backend than Terraform's local one. */
export function withBackend(configuration: string, block: JsonObject): string {
  const stack = JSON.parse(configuration);
  stack.terraform = { ...stack.terraform, backend: block };
  return JSON.stringify(stack, null, 2);
}

/** Null: the local one. */
export function recordedBackend({ configuration }: Pick<TerraformRecord, 'configuration'>) {
  const block: JsonObject = JSON.parse(configuration)?.terraform?.backend ?? {};
  return Object.hasOwn(block, LOCAL) || Object.keys(block).length === 0 ? null : block;
}

/**
 * The name of the backend that keeps a resource's state. It is the one that it was built with for as
 * long as it lives: configuration decides for new ones alone, and no state ever moves by itself.
 */
export function backendTypeOf(
  record: TerraformRecord | null,
  { backend }: { backend: RemoteBackend | null },
): string {
  if (record === null) return backend?.type ?? LOCAL;
  return Object.keys(recordedBackend(record) ?? {})[0] ?? LOCAL;
}
