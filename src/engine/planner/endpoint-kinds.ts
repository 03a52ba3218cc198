import { BiotopeError } from '../../model/errors.ts';
import type { EngineContext } from '../context.ts';
import type { PlannedResource } from './plan.ts';

/** Throws ENDPOINT_UNSUPPORTED: what nobody here can ask is not built, it could never be told to live. */
export function refuseUnaskable(
  { settings }: Pick<EngineContext, 'settings'>,
  { resource, label }: PlannedResource,
): void {
  const kinds = resource?.statusEndpoints.map(({ kind }) => kind) ?? [];
  const unknown = kinds.find((kind) => !settings.endpointKinds.has(kind));
  if (unknown === undefined) return;
  throw new BiotopeError('ENDPOINT_UNSUPPORTED', {
    message: `${label} has a status endpoint of the kind ${unknown}, and nobody here can ask it.`,
    remedy: `Configure ${unknown}.url, or take the endpoint out of the template.`,
    facts: { kind: unknown },
  });
}
