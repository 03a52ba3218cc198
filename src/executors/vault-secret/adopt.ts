import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Adoption } from '../adoption.ts';
import {
  formerOwner,
  refusedAdoption,
  refuseLivingOwner,
  sentencesOf,
} from '../adoption-checks.ts';
import type { Applied, StepContext } from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { PlannedChange } from '../planned.ts';
import { readShape } from '../spec-shape.ts';
import { demandSpec, described, leftBehind, lookAtAll, write } from './attempt.ts';
import { markedFields, wantedFields } from './fields.ts';
import { isOwn, readMarker } from './marker.ts';
import { fieldAt, fieldNames, type Place } from './place.ts';
import { fieldsOf, type SecretSpec } from './spec.ts';

const HOW = z.strictObject({
  /** The newest version as a person saw it: another one is not taken. */
  version: z.coerce.number().int().min(1).optional(),
  from: formerOwner,
});

export function checkAdoption(_spec: JsonObject, how: JsonObject): string[] {
  return sentencesOf(readShape(HOW, how).problems);
}

/** A secret that can be adopted as it is. */
interface Found {
  spec: SecretSpec;
  place: Place;
  /** Fields that the template gives another value than they have. */
  changed: string[];
  /** Fields of which the template knows nothing: they stay. */
  kept: string[];
}

/**
 * Adopts a secret with the values that it has: nothing is generated. Its marker is written beside
 * them, which makes a version of its own, so that it tells whose it is from then on.
 */
export async function adopt(
  secrets: Secrets,
  context: StepContext,
  adoption: Adoption,
): Promise<Applied> {
  const { spec, place, changed, kept } = await find(secrets, context, adoption);
  const wanted = wantedFields(spec);
  const values = Object.fromEntries(
    fieldNames(place).map((field) => [field, wanted.values[field] ?? fieldAt(place, field) ?? '']),
  );
  const fields = markedFields(values, { rules: wanted.rules, kept, context });
  try {
    const version = await write(secrets, place, { fields, context });
    context.log(`${spec.path}: adopted.`);
    if (changed.length > 0)
      context.log(`${spec.path}: ${changed.join(', ')} changed to the template's.`);
    if (kept.length > 0) context.log(`${spec.path}: ${kept.join(', ')} left alone.`);
    return { ...described(spec, { version, kept }), parts: [], state: null };
  } catch (error) {
    throw executorErrorOf(error, context.signal, leftBehind(context));
  }
}

export async function plannedAdoption(
  secrets: Secrets,
  context: StepContext,
  adoption: Adoption,
): Promise<PlannedChange[]> {
  const { spec, changed, kept } = await find(secrets, context, adoption);
  const lines = [
    ...changed.map((field) => `${field} = (sensitive)`),
    ...kept.map((field) => `${field} is left alone`),
  ];
  return [{ subject: spec.path, action: 'adopt', lines }];
}

async function find(secrets: Secrets, context: StepContext, adoption: Adoption): Promise<Found> {
  const spec = demandSpec(context);
  const how = HOW.parse(adoption.how);
  const places = await lookAtAll(secrets, context);
  const place = places.find(({ path }) => path === spec.path);
  if (place?.current === undefined) {
    throw refusedAdoption(
      `The secret ${spec.path} does not exist. Name the path of one that does, or give the adoption ` +
        'up to make it: "environment adopt NAME --create RESOURCE".',
      { path: spec.path },
    );
  }
  const { version, fields } = place.current;
  const marker = readMarker(fields);
  if (marker !== undefined && !isOwn(marker, context)) {
    const what = `The secret ${spec.path}`;
    await refuseLivingOwner(adoption, { what, from: how.from, owner: marker });
  }
  if (how.version !== undefined && how.version !== version && !isOwn(marker, context)) {
    throw refusedAdoption(
      `The newest version of the secret ${spec.path} is ${version}, not ${how.version}: ` +
        'look who changed it.',
      { path: spec.path, version },
    );
  }
  refuseMissing(spec, place);
  return { spec, place, ...comparedWith(spec, place) };
}

function refuseMissing(spec: SecretSpec, place: Place): void {
  const missing = fieldsOf(spec).filter((field) => fieldAt(place, field) === undefined);
  if (missing.length === 0) return;
  throw refusedAdoption(
    `The secret ${spec.path} has no field ${missing.join(', ')}, and an adoption makes none. ` +
      'Add it there, or take it out of the template.',
    { path: spec.path, fields: missing },
  );
}

function comparedWith(spec: SecretSpec, place: Place): Pick<Found, 'changed' | 'kept'> {
  const { values } = wantedFields(spec);
  const wanted = fieldsOf(spec);
  return {
    changed: Object.keys(values).filter((field) => fieldAt(place, field) !== values[field]),
    kept: fieldNames(place).filter((field) => !wanted.includes(field)),
  };
}
