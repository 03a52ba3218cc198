import { secretText } from '../../model/secret.ts';
import type { SecretFields, Secrets } from '../../secrets/secrets.ts';
import {
  type Applied,
  type Executor,
  type Inspected,
  outputsOfPrior,
  SecretOutput,
  type StepContext,
} from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { Planned } from '../planned.ts';
import { demandShape } from '../spec-shape.ts';
import { compose, wantedFields } from './fields.ts';
import { differencesAt, findingOf } from './inspection.ts';
import { foreignSecret, reservedPath } from './marker.ts';
import { fieldAt, fieldNames, lookAt, type Place } from './place.ts';
import { plannedChanges } from './plan.ts';
import { type RecordedSecret, recordOf, secretsOf, withPath } from './record.ts';
import { fieldsOf, isReserved, MARKER, readSpec, type SecretSpec } from './spec.ts';

/**
 * Keeps one secret. It writes and removes only a secret that it made itself: see `marker.ts` for how
 * it knows. Every write is a compare-and-set on the version.
 */
export function createVaultSecretExecutor({ secrets }: { secrets: Secrets }): Executor {
  return {
    needsFiles: false,
    destroyNeedsSpec: false,
    plan: (context) => guarded(context, () => plan(secrets, context)),
    apply: (context) => guarded(context, () => apply(secrets, context)),
    destroy: (context) => guarded(context, () => destroy(secrets, context)),
    inspect: (context) => guarded(context, () => inspect(secrets, context)),
  };
}

async function guarded<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
  const left = { record: recordOf(recordedIncluding(context)), parts: [], state: null };
  try {
    context.signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw executorErrorOf(error, context.signal, left);
  }
}

function demandSpec({ spec: given }: StepContext): SecretSpec {
  const spec = demandShape(readSpec(given));
  if (isReserved(spec.path)) throw reservedPath(spec.path);
  return spec;
}

/** Where something is or may be once this attempt has begun. */
function recordedIncluding({ prior, spec }: StepContext): RecordedSecret[] {
  const recorded = secretsOf(prior);
  return typeof spec.path === 'string' && !isReserved(spec.path)
    ? withPath(recorded, spec.path)
    : recorded;
}

async function apply(secrets: Secrets, context: StepContext): Promise<Applied> {
  const spec = demandSpec(context);
  const places = await lookAtAll(secrets, context);
  const target = places.find(({ path }) => path === spec.path);
  const others = places.filter((place) => place !== target && place.isOwn);
  if (target === undefined) throw foreignSecret(spec.path);
  if (target.current !== undefined && !target.isOwn) throw foreignSecret(spec.path);
  const fields = compose(wantedFields(spec), [target, ...others], context);
  const version = await write(secrets, target, { fields, context });
  for (const { path } of others) {
    await secrets.remove(path, context.signal);
    context.log(`${path}: removed, the secret is at ${spec.path} now.`);
  }
  return { ...described(spec, version), parts: [], state: null };
}

/** Writes only where a field differs: which step wrote it last is no reason for a new version. */
async function write(
  secrets: Secrets,
  target: Place,
  { fields, context }: { fields: SecretFields; context: StepContext },
): Promise<number> {
  const { current, path, marker } = target;
  const names = Object.keys(fields).filter((field) => field !== MARKER);
  const isSame =
    names.length === fieldNames(target).length &&
    names.every((field) => fieldAt(target, field) === fields[field]);
  if (current !== undefined && marker !== undefined && isSame) {
    context.log(`${path}: version ${current.version} is as it should be.`);
    return current.version;
  }
  const version = await secrets.write(path, fields, current?.version ?? 0, context.signal);
  context.log(`${path}: version ${version} written, ${names.length} fields.`);
  return version;
}

async function destroy(secrets: Secrets, context: StepContext): Promise<void> {
  for (const place of await lookAtAll(secrets, context)) {
    if (place.isOwn) {
      await secrets.remove(place.path, context.signal);
      context.log(`${place.path}: removed.`);
    } else if (place.current !== undefined) {
      context.log(`${place.path}: left alone, it does not belong to this resource.`);
    }
  }
}

async function inspect(secrets: Secrets, context: StepContext): Promise<Inspected> {
  const spec = demandSpec(context);
  const recorded = recordedIncluding(context);
  const wanted = wantedFields(spec);
  const places = await lookAtAll(secrets, context);
  const differences = places.flatMap((place) => {
    if (place.path === spec.path) return differencesAt(place, wanted, { recorded, context });
    const detail = 'is still there';
    return place.isOwn ? [{ subject: place.path, kind: 'extra' as const, detail }] : [];
  });
  const finding = findingOf(places, differences);
  const version = places.find(({ path }) => path === spec.path)?.current?.version ?? 0;
  const { outputs, record } = described(spec, version);
  return {
    finding,
    differences,
    outputs: finding === 'present' ? outputs : outputsOfPrior(context.prior),
    record: finding === 'present' ? record : recordOf(recorded),
    parts: [],
    state: null,
  };
}

async function plan(secrets: Secrets, context: StepContext): Promise<Planned> {
  const spec = demandSpec(context);
  return { changes: plannedChanges(spec, await lookAtAll(secrets, context)) };
}

function lookAtAll(secrets: Secrets, context: StepContext): Promise<Place[]> {
  const recorded = recordedIncluding(context);
  return Promise.all(recorded.map(({ path }) => lookAt(secrets, path, { recorded, context })));
}

function described(spec: SecretSpec, version: number): Pick<Applied, 'outputs' | 'record'> {
  const { path } = spec;
  const fields = fieldsOf(spec).map((field) => {
    return [field, new SecretOutput(secretText([{ path, version, field }]))] as const;
  });
  return {
    outputs: { ...Object.fromEntries(fields), path, version },
    record: recordOf([{ path, version }]),
  };
}
