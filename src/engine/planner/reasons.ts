import { isJsonObject, type JsonObject, type JsonValue, sameJson } from '../../model/json.ts';
import { isAmbiguous, type ResourceRecord } from '../../model/resource.ts';
import { isSecretText } from '../../model/secret.ts';
import { someOf } from '../../model/some-of.ts';
import type { ResourceTemplate } from '../../model/template.ts';

const PATHS_SHOWN_MAX = 3;

/** Why a recorded resource is built again, for a person. */
export function whyChanged(
  recorded: ResourceRecord,
  spec: JsonObject | null,
  resource: Pick<ResourceTemplate, 'contentDigest'>,
): string {
  if (isAmbiguous(recorded)) return 'its last attempt has an unknown outcome: inspected first';
  if (recorded.status !== 'ok') return 'its last attempt did not finish';
  if (spec === null) return 'known after deploy';
  const paths = changedInputs(recorded.spec, spec).map(({ path }) => path);
  if (paths.length > 0) return `${someOf(paths, PATHS_SHOWN_MAX)} changed`;
  return resource.contentDigest === '' ? 'changed' : 'its files changed';
}

/** An input that is not what it was. A member that is not there is null; secrets are references. */
export interface ChangedInput {
  /** `variables.size` */
  path: string;
  before: JsonValue;
  after: JsonValue;
}

export function changedInputs(before: JsonValue, after: JsonValue, path = ''): ChangedInput[] {
  if (sameJson(before, after)) return [];
  const bothOpen =
    isJsonObject(before) && isJsonObject(after) && !isSecretText(before) && !isSecretText(after);
  if (!bothOpen) return [{ path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    changedInputs(before[key] ?? null, after[key] ?? null, path === '' ? key : `${path}.${key}`),
  );
}
