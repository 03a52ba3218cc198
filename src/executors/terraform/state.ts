import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ResourcePart } from '../../model/resource.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import type { Output } from '../executor.ts';
import { textsIn } from '../reveal.ts';

const json = z.custom<JsonValue>(() => true);

/** What we read of a state of format version 4; everything else stays as it is. */
const STATE = z.object({
  version: z.literal(4),
  terraform_version: z.string().default(''),
  serial: z.number().int(),
  lineage: z.string(),
  outputs: z
    .record(z.string(), z.object({ value: json, sensitive: z.boolean().default(false) }))
    .default({}),
  resources: z
    .array(
      z.object({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z
          .array(
            z.object({
              index_key: z.union([z.string(), z.number()]).nullish(),
              deposed: z.string().optional(),
              dependencies: z.array(z.string()).default([]),
              attributes: json.default(null),
              sensitive_attributes: z.array(z.array(z.object({ value: json }))).catch([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** A state with its bytes, which are what is kept: we never write one of our own. */
export interface State extends z.output<typeof STATE> {
  bytes: Uint8Array;
}

/** Undefined for bytes that are no whole state: Terraform may be in the middle of writing them. */
export function readState(bytes: Uint8Array | null | undefined): State | undefined {
  if (bytes === null || bytes === undefined || bytes.length === 0) return undefined;
  try {
    return { ...STATE.parse(JSON.parse(new TextDecoder().decode(bytes))), bytes };
  } catch {
    return undefined;
  }
}

/** Nothing in it could still exist, and it says nothing. */
export function isEmptyState(state: State | undefined): boolean {
  return state === undefined || !state.resources.some(isManaged);
}

/** The same line of states, and written later. A state of another line never replaces one. */
export function isNewer(state: State, than: State | undefined): boolean {
  if (than === undefined) return true;
  return state.lineage === than.lineage && state.serial > than.serial;
}

function isManaged(resource: State['resources'][number]): boolean {
  return resource.mode === 'managed' && resource.instances.length > 0;
}

/** Outputs by name. Sensitive ones come as secrets, those that are no texts as their JSON. */
export function outputsOf(
  state: State | undefined,
  declared: readonly { name: string; sensitive: boolean }[],
): Record<string, Output> {
  return Object.fromEntries(
    declared.map(({ name, sensitive }) => {
      const outputs = state?.outputs ?? {};
      const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
      const value = output?.value ?? null;
      if (value === null || !(sensitive || output?.sensitive)) return [name, value];
      return [name, new SecretValue(typeof value === 'string' ? value : JSON.stringify(value))];
    }),
  );
}

/** Texts in sensitive outputs and attributes: what must not be seen in messages either. */
export function secretsOfState(state: State | undefined): string[] {
  const outputs = Object.values(state?.outputs ?? {}).filter(({ sensitive }) => sensitive);
  const instances = (state?.resources ?? []).flatMap((resource) => resource.instances);
  const attributes = instances.flatMap(({ attributes: all, sensitive_attributes: paths }) =>
    paths.map((path) => path.reduce<JsonValue>((value, { value: key }) => at(value, key), all)),
  );
  return [...outputs.map(({ value }) => value), ...attributes].map(withoutTypes).flatMap(textsIn);
}

/** A step of a path: the name of an attribute, or a key of its own with its type. */
function at(value: JsonValue, key: JsonValue): JsonValue {
  const name = isJsonObject(key) ? key.value : key;
  if (typeof value !== 'object' || value === null) return null;
  // A path leads into a value of any type as if the name of its type did not stand beside it.
  if (isTyped(value)) return at(value.value ?? null, key);
  return Object.entries(value).find(([own]) => own === String(name))?.[1] ?? null;
}

function withoutTypes(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (isTyped(value)) return withoutTypes(value.value ?? null);
  return Object.values(value).map(withoutTypes);
}

/** A value of any type stands beside the name of its type, which is no secret. */
function isTyped(value: JsonValue): value is JsonObject {
  return (
    isJsonObject(value) && 'type' in value && 'value' in value && Object.keys(value).length === 2
  );
}

/** Terraform's own resources, with what each depends on among them. */
export function partsOf(state: State | undefined): ResourcePart[] {
  const instances = (state?.resources ?? []).filter(isManaged).flatMap((resource) =>
    resource.instances
      .filter(({ deposed }) => deposed === undefined)
      .map((instance) => ({
        address: addressOf(resource, instance.index_key),
        type: resource.type,
        needs: instance.dependencies,
      })),
  );
  const byConfiguration = Map.groupBy(instances, ({ address }) => withoutIndexes(address));
  return instances.map(({ address, type, needs }) => ({
    address,
    type,
    dependsOn: needs
      .flatMap((need) => byConfiguration.get(need)?.map((found) => found.address) ?? [])
      .filter((found) => found !== address)
      .sort(),
  }));
}

function addressOf(
  resource: State['resources'][number],
  index: string | number | null | undefined,
): string {
  const base = `${resource.type}.${resource.name}`;
  const suffix = index === null || index === undefined ? '' : `[${JSON.stringify(index)}]`;
  return `${resource.module === undefined ? '' : `${resource.module}.`}${base}${suffix}`;
}

/** Dependencies name what is written in the configuration, whatever its count or for_each. */
function withoutIndexes(address: string): string {
  return address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}
