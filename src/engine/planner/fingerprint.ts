import type { JsonObject } from '../../model/json.ts';
import type { ResourceTemplate } from '../../model/template.ts';
import { digestJson } from '../../platform/digest.ts';

/** Equal for equal content and equal resolved inputs. Secrets take part by version, never by value. */
export function fingerprintOf(
  resource: Pick<ResourceTemplate, 'executor' | 'contentDigest'>,
  spec: JsonObject,
): string {
  return digestJson([resource.executor, resource.contentDigest, spec]);
}
