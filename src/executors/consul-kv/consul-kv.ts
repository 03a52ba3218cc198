import type { KeyValue } from '../../keyvalue/keyvalue.ts';
import type { Adoption } from '../adoption.ts';
import type { Applied, Executor, Inspected, StepContext } from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { Planned } from '../planned.ts';
import { demandShape } from '../spec-shape.ts';
import { plannedAdoption, takenPlace, toldAbout } from './adopt.ts';
import { bring, type Wanted } from './bring.ts';
import { differencesAt, findingOf, leftovers } from './inspection.ts';
import { changesFor, lookAt, type Place } from './place.ts';
import { plannedChanges } from './plan.ts';
import { keysAt, placesOf, type RecordedPlace, recordOf, withPlace } from './record.ts';
import { entriesOf, type KeyValueSpec, readSpec } from './spec.ts';

/**
 * Keeps entries below a prefix. It creates, changes and removes only keys that it made or adopted: see
 * `marker.ts` for how it knows them. Every change is a compare-and-set.
 */
export function createConsulKvExecutor({ keyValue }: { keyValue: KeyValue }): Executor {
  return {
    needsFiles: false,
    destroyNeedsSpec: false,
    plan: (context, adoption) => guarded(context, () => plan(keyValue, context, adoption)),
    apply: (context) => guarded(context, () => apply(keyValue, context)),
    adopt: (context, adoption) => adopt(keyValue, context, adoption),
    destroy: (context) => guarded(context, () => destroy(keyValue, context)),
    inspect: (context) => guarded(context, () => inspect(keyValue, context)),
  };
}

async function guarded<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
  const places = placesIncluding(context);
  try {
    context.signal.throwIfAborted();
    return await work();
  } catch (error) {
    const left = { record: recordOf(places), parts: [], state: null };
    throw executorErrorOf(error, context.signal, left);
  }
}

/** Where something is or may be once this attempt has begun. */
function placesIncluding({ prior, spec }: StepContext): RecordedPlace[] {
  const places = placesOf(prior);
  return typeof spec.prefix === 'string' ? withPlace(places, spec.prefix) : places;
}

async function apply(keyValue: KeyValue, context: StepContext): Promise<Applied> {
  const spec = demandShape(readSpec(context.spec));
  const { prefix } = spec;
  const terms = termsOf(context);
  const places = placesOf(context.prior);
  const entries = entriesOf(spec);
  const wanted = { prefix, recordedKeys: keysAt(places, prefix), entries };
  await refuseForeign(keyValue, wanted, context);
  const { written, removed } = await bring(keyValue, wanted, terms);
  context.log(`${prefix}: ${written} entries written, ${removed} removed, ${entries.size} in all.`);
  for (const place of places) {
    if (place.prefix !== prefix) await leave(keyValue, place, context);
  }
  return { ...described(spec), parts: [], state: null };
}

/** Rejects like the batches would, before the first one: then nothing was made, and it says so. */
async function refuseForeign(
  keyValue: KeyValue,
  wanted: Wanted,
  context: StepContext,
): Promise<void> {
  try {
    const place = await lookAt(keyValue, wanted, termsOf(context));
    changesFor(place, wanted.entries ?? new Map());
  } catch (error) {
    throw executorErrorOf(error, context.signal, null);
  }
}

/** What is refused before anything is written leaves nothing behind, and says so. */
async function adopt(
  keyValue: KeyValue,
  context: StepContext,
  adoption: Adoption,
): Promise<Applied> {
  const begin = async () => {
    context.signal.throwIfAborted();
    const spec = demandShape(readSpec(context.spec));
    const terms = { spec, context, adoption };
    return { terms, told: toldAbout(spec, await takenPlace(keyValue, terms)) };
  };
  const { terms, told } = await begin().catch((error: unknown) => {
    throw executorErrorOf(error, context.signal, null);
  });
  return guarded(context, async () => {
    const { spec } = terms;
    const wanted = { prefix: spec.prefix, recordedKeys: [], entries: entriesOf(spec) };
    const look = () => takenPlace(keyValue, terms);
    await bring(keyValue, wanted, { ...termsOf(context), look });
    for (const line of told) context.log(line);
    return { ...described(spec), parts: [], state: null };
  });
}

async function destroy(keyValue: KeyValue, context: StepContext): Promise<void> {
  for (const place of placesOf(context.prior)) await leave(keyValue, place, context);
}

/** Removes what is the resource's own below a prefix. */
async function leave(
  keyValue: KeyValue,
  { prefix, keys }: RecordedPlace,
  context: StepContext,
): Promise<void> {
  const wanted = { prefix, recordedKeys: keys, entries: null };
  const place = await lookAt(keyValue, wanted, termsOf(context));
  if (place.foreignOwner !== null) {
    const { environment, address } = place.foreignOwner;
    return context.log(`${prefix}: left alone, it belongs to ${address} of ${environment} now.`);
  }
  const { removed } = await bring(keyValue, wanted, termsOf(context));
  context.log(`${prefix}: ${removed} entries removed.`);
}

async function inspect(keyValue: KeyValue, context: StepContext): Promise<Inspected> {
  const spec = demandShape(readSpec(context.spec));
  const recorded = placesIncluding(context);
  const entries = entriesOf(spec);
  const places: Place[] = [];
  for (const { prefix, keys } of recorded) {
    places.push(await lookAt(keyValue, { prefix, recordedKeys: keys }, termsOf(context)));
  }
  const differences = places.flatMap((place) =>
    place.prefix === spec.prefix ? differencesAt(place, entries) : leftovers(place, new Map()),
  );
  const finding = findingOf(places, differences);
  const { outputs, record } = described(spec);
  return {
    finding,
    differences,
    outputs: finding === 'absent' ? {} : outputs,
    record: finding === 'present' ? record : recordOf(recorded),
    parts: [],
    state: null,
  };
}

async function plan(
  keyValue: KeyValue,
  context: StepContext,
  adoption: Adoption | undefined,
): Promise<Planned> {
  const spec = demandShape(readSpec(context.spec));
  if (adoption !== undefined) {
    return { changes: await plannedAdoption(keyValue, { spec, context, adoption }) };
  }
  const recorded = placesIncluding(context);
  const looked = recorded.map(({ prefix, keys }) =>
    lookAt(keyValue, { prefix, recordedKeys: keys }, termsOf(context)),
  );
  return { changes: plannedChanges(spec, await Promise.all(looked)) };
}

function described(spec: KeyValueSpec): Pick<Applied, 'outputs' | 'record'> {
  const keys = [...entriesOf(spec).keys()].sort();
  const { prefix } = spec;
  return {
    outputs: { prefix, keys: keys.map((key) => `${prefix}/${key}`) },
    record: recordOf([{ prefix, keys }]),
  };
}

function termsOf({ environment, identity, signal }: StepContext) {
  return { owner: { environment, address: identity }, signal };
}
