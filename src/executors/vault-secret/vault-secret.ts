import type { Secrets } from '../../secrets/secrets.ts';
import type { Adoption } from '../adoption.ts';
import type { Applied, Executor, Inspected, Left, StepContext } from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { Planned } from '../planned.ts';
import { outputsOfPrior } from '../prior-outputs.ts';
import { adopt, plannedAdoption } from './adopt.ts';
import {
  demandSpec,
  described,
  leave,
  leftBehind,
  lookAtAll,
  recordedIncluding,
  write,
} from './attempt.ts';
import { compose, wantedFields } from './fields.ts';
import { differencesAt, findingOf } from './inspection.ts';
import { keptFields, type Place, refuseForeign } from './place.ts';
import { plannedChanges } from './plan.ts';
import { recordOf } from './record.ts';
import type { SecretSpec } from './spec.ts';

/**
 * Keeps one secret. It writes and removes only a secret that it made or adopted itself: see
 * `marker.ts` for how it knows. Every write is a compare-and-set on the version.
 */
export function createVaultSecretExecutor({ secrets }: { secrets: Secrets }): Executor {
  const changing = <T>(context: StepContext, work: () => Promise<T>) =>
    guarded(context, { work, left: leftBehind(context) });
  return {
    needsFiles: false,
    destroyNeedsSpec: false,
    plan: (context, adoption) => changing(context, () => plan(secrets, context, adoption)),
    apply: (context) => changing(context, () => apply(secrets, context)),
    adopt: (context, adoption) =>
      guarded(context, { work: () => adopt(secrets, context, adoption), left: null }),
    rotate: (context) => changing(context, () => rotate(secrets, context)),
    destroy: (context) => changing(context, () => destroy(secrets, context)),
    inspect: (context) => changing(context, () => inspect(secrets, context)),
  };
}

async function guarded<T>(
  context: StepContext,
  { work, left }: { work: () => Promise<T>; left: Left | null },
): Promise<T> {
  try {
    context.signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw executorErrorOf(error, context.signal, left);
  }
}

interface Places {
  spec: SecretSpec;
  target: Place;
  /** Where the secret was before. */
  others: Place[];
}

/** Rejects where the path belongs to somebody else: then nothing was made, and it says so. */
function ownPlaces(secrets: Secrets, context: StepContext): Promise<Places> {
  return guarded(context, { work: () => findPlaces(secrets, context), left: null });
}

async function findPlaces(secrets: Secrets, context: StepContext): Promise<Places> {
  const spec = demandSpec(context);
  const places = await lookAtAll(secrets, context);
  const target = places.find(({ path }) => path === spec.path);
  const others = places.filter((place) => place !== target && place.isOwn);
  if (target === undefined) throw new Error(`nobody looked at ${spec.path}`);
  refuseForeign(target, context);
  return { spec, target, others };
}

async function apply(secrets: Secrets, context: StepContext): Promise<Applied> {
  const { spec, target, others } = await ownPlaces(secrets, context);
  const sources = [target, ...others];
  const fields = compose(wantedFields(spec), { target, sources }, context);
  const version = await write(secrets, target, { fields, context });
  for (const place of others) await leave(secrets, place, context);
  return {
    ...described(spec, { version, kept: Object.keys(keptFields(target)) }),
    parts: [],
    state: null,
  };
}

/** A version that this very step wrote is the rotated one already. */
async function rotate(secrets: Secrets, context: StepContext): Promise<Applied> {
  const { spec, target, others } = await ownPlaces(secrets, context);
  const { path, current, marker } = target;
  // Of a repetition after a crash.
  const isDone = current !== undefined && marker?.stepId === context.stepId;
  const fields = compose(wantedFields(spec), { target, sources: [] }, context);
  const version = isDone ? current.version : await write(secrets, target, { fields, context });
  const names = Object.keys(spec.generate).join(', ');
  context.log(`${path}: version ${version} has ${names} generated anew.`);
  for (const place of others) await leave(secrets, place, context);
  return {
    ...described(spec, { version, kept: Object.keys(keptFields(target)) }),
    parts: [],
    state: null,
  };
}

async function destroy(secrets: Secrets, context: StepContext): Promise<void> {
  for (const place of await lookAtAll(secrets, context)) {
    if (place.isOwn) await leave(secrets, place, context);
    else if (place.current !== undefined) {
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
  const target = places.find(({ path }) => path === spec.path);
  const kept = target === undefined ? [] : Object.keys(keptFields(target));
  const { outputs, record } = described(spec, { version: target?.current?.version ?? 0, kept });
  return {
    finding,
    differences,
    outputs: finding === 'present' ? outputs : outputsOfPrior(context.prior),
    record: finding === 'present' ? record : recordOf(recorded),
    parts: [],
    state: null,
  };
}

async function plan(
  secrets: Secrets,
  context: StepContext,
  adoption: Adoption | undefined,
): Promise<Planned> {
  if (adoption !== undefined) return { changes: await plannedAdoption(secrets, context, adoption) };
  const spec = demandSpec(context);
  return { changes: plannedChanges(spec, await lookAtAll(secrets, context), context) };
}
