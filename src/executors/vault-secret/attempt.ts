import { secretText } from '../../model/secret.ts';
import type { SecretFields, Secrets } from '../../secrets/secrets.ts';
import type { Applied, Left, StepContext } from '../executor.ts';
import { SecretOutput } from '../secret-output.ts';
import { demandShape } from '../spec-shape.ts';
import { readMarker, reservedPath, saysTheSame } from './marker.ts';
import { fieldAt, fieldNames, keptFields, lookAt, type Place } from './place.ts';
import { type RecordedSecret, recordOf, secretsOf, withPath } from './record.ts';
import { fieldsOf, isReserved, MARKER, readSpec, type SecretSpec } from './spec.ts';

/** What every attempt at a secret has to do with, whatever it is about. */

export function demandSpec({ spec: given }: StepContext): SecretSpec {
  const spec = demandShape(readSpec(given));
  if (isReserved(spec.path)) throw reservedPath(spec.path);
  return spec;
}

/** Where something is or may be once this attempt has begun. */
export function recordedIncluding({ prior, spec }: StepContext): RecordedSecret[] {
  const recorded = secretsOf(prior);
  return typeof spec.path === 'string' && !isReserved(spec.path)
    ? withPath(recorded, spec.path)
    : recorded;
}

export function leftBehind(context: StepContext): Left {
  return { record: recordOf(recordedIncluding(context)), parts: [], state: null };
}

export function lookAtAll(secrets: Secrets, context: StepContext): Promise<Place[]> {
  const recorded = recordedIncluding(context);
  return Promise.all(recorded.map(({ path }) => lookAt(secrets, path, { recorded, context })));
}

/** Writes only where a field differs: which step wrote it last is no reason for a new version. */
export async function write(
  secrets: Secrets,
  target: Place,
  { fields, context }: { fields: SecretFields; context: StepContext },
): Promise<number> {
  const { current, path, marker } = target;
  const names = Object.keys(fields).filter((field) => field !== MARKER);
  const isSame =
    names.length === fieldNames(target).length &&
    names.every((field) => fieldAt(target, field) === fields[field]) &&
    saysTheSame(marker, readMarker(fields));
  if (current !== undefined && marker !== undefined && isSame) {
    context.log(`${path}: version ${current.version} is as it should be.`);
    return current.version;
  }
  const version = await secrets.write(path, fields, current?.version ?? 0, context.signal);
  context.log(
    `${path}: version ${version} written, ${names.length} ${names.length === 1 ? 'field' : 'fields'}.`,
  );
  return version;
}

/** Removes the resource's own; fields of others that were there before it was adopted stay. */
export async function leave(secrets: Secrets, place: Place, context: StepContext): Promise<void> {
  const { path, current } = place;
  const kept = keptFields(place);
  const names = Object.keys(kept);
  if (names.length === 0) {
    await secrets.remove(path, context.signal);
    return context.log(`${path}: removed.`);
  }
  await secrets.write(path, kept, current?.version ?? 0, context.signal);
  context.log(
    `${path}: its own fields are removed; ${names.join(', ')} stay, as they were before.`,
  );
}

export function described(
  spec: SecretSpec,
  { version, kept }: { version: number; kept: string[] },
): Pick<Applied, 'outputs' | 'record'> {
  const { path } = spec;
  const fields = fieldsOf(spec).map((field) => {
    return [field, new SecretOutput(secretText([{ path, version, field }]))] as const;
  });
  return {
    outputs: { ...Object.fromEntries(fields), path, version },
    record: recordOf([{ path, version, kept }]),
  };
}
