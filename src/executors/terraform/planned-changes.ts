import { z } from 'zod';
import { type JsonValue, sameJson } from '../../model/json.ts';
import { firstOf } from '../../model/some-of.ts';
import { createRedactor, type Redactor } from '../../platform/redactor.ts';
import type { PlannedChange } from '../planned.ts';
import { shortAddress } from './stream.ts';

const json = z.custom<JsonValue>(() => true);
const attributes = z.record(z.string(), json).nullish();
/** `true` for all of it, or attribute by attribute. */
const marks = z.union([z.boolean(), z.record(z.string(), z.unknown())]).default({});

const CHANGE = z.object({
  actions: z.array(z.string()),
  before: attributes,
  after: attributes,
  after_unknown: marks,
  before_sensitive: marks,
  after_sensitive: marks,
  importing: z.looseObject({}).nullish(),
});
const CHANGES = z.array(z.object({ address: z.string(), change: CHANGE })).default([]);
const PLAN = z.object({ resource_changes: CHANGES, resource_drift: CHANGES });

type Change = z.output<typeof CHANGE>;

export type ResourceChange = z.output<typeof PLAN>['resource_changes'][number];

export interface ReadPlan {
  /** As Terraform tells them; values may be secrets. */
  resources: ResourceChange[];
  /** For people, without secrets. */
  changes: PlannedChange[];
}

const LINES_MAX = 60;
const VALUE_CHARACTERS_MAX = 200;

/**
 * What `terraform show -json` says of a plan, for people; without secrets. What is marked as one
 * anywhere is none to be shown elsewhere: computed attributes repeat others without their marks.
 */
export function readPlan(text: string, redact: Redactor['redact']): ReadPlan {
  const { resources, clean } = parsePlan(text, redact);
  const changes = resources.flatMap(({ address, change }): PlannedChange[] => {
    const action = actionOf(change);
    if (action === undefined) return [];
    const lines = linesOf(change, clean);
    const { shown, more } = firstOf(lines, LINES_MAX);
    return [{ subject: clean(shortAddress(address)), action, lines: [...shown, ...more] }];
  });
  return { resources, changes };
}

interface ParsedPlan {
  resources: ResourceChange[];
  /** What was changed outside of Terraform. */
  drift: ResourceChange[];
  clean: Redactor['redact'];
}

export function parsePlan(text: string, redact: Redactor['redact']): ParsedPlan {
  const { resource_changes: resources, resource_drift: drift } = PLAN.parse(JSON.parse(text));
  const marked = createRedactor();
  for (const { change } of [...resources, ...drift]) {
    const { before, after } = change;
    learnMarked(before ?? null, change.before_sensitive, marked);
    learnMarked(after ?? null, change.after_sensitive, marked);
  }
  return { resources, drift, clean: (shown) => marked.redact(redact(shown)) };
}

/** Why an adoption must not do this; undefined: it may. `isKnown`: in the state already. */
export function refusalOf(
  { change }: ResourceChange,
  { isNamed, isKnown }: { isNamed: boolean; isKnown: boolean },
): string | undefined {
  const action = actionOf(change);
  if (action === 'replace' || action === 'delete') return action;
  return isNamed && !isKnown && !isImported(change) ? 'create' : undefined;
}

function isImported({ importing }: Change): boolean {
  return importing !== null && importing !== undefined;
}

function learnMarked(value: JsonValue, mark: unknown, marked: Redactor): void {
  if (mark === undefined || mark === null || mark === false) return;
  if (typeof value === 'string' || typeof value === 'number') {
    if (mark === true) marked.learn(String(value));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    learnMarked(item, mark === true ? true : markAt(mark, name), marked);
  }
}

function markAt(mark: unknown, name: string): unknown {
  if (typeof mark !== 'object' || mark === null) return undefined;
  return Object.hasOwn(mark, name) ? Reflect.get(mark, name) : undefined;
}

export function actionOf(change: Change): PlannedChange['action'] | undefined {
  const { actions } = change;
  if (actions.includes('delete') && actions.includes('create')) return 'replace';
  if (actions.includes('forget')) return 'delete';
  if (isImported(change)) return 'adopt';
  return (['create', 'update', 'delete', 'read'] as const).find((one) => actions.includes(one));
}

function linesOf(change: Change, clean: Redactor['redact']): string[] {
  const before = change.before ?? {};
  const after = change.after ?? {};
  const unknown = typeof change.after_unknown === 'object' ? change.after_unknown : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].sort().flatMap((name) => {
    const isUnknown = isMarked(change.after_unknown, name);
    const [old, young] = [own(before, name), own(after, name)];
    if (!isUnknown && sameJson(old, young)) return [];
    return [clean(lineOf(change, name, { isUnknown, clean }))];
  });
}

/** Attributes may be named like what every object has. */
export function own(values: Record<string, JsonValue>, name: string): JsonValue {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function lineOf(
  change: Change,
  name: string,
  { isUnknown, clean }: { isUnknown: boolean; clean: Redactor['redact'] },
): string {
  // One side may lack the mark of the other: what was a secret is one, and so is what becomes one.
  const isSensitive =
    isMarked(change.before_sensitive, name) || isMarked(change.after_sensitive, name);
  // Cut after the redaction: a part of a secret would not be known as one.
  const shown = (value: JsonValue) =>
    isSensitive ? '(sensitive)' : clean(JSON.stringify(value)).slice(0, VALUE_CHARACTERS_MAX);
  const old = shown(own(change.before ?? {}, name));
  const young = isUnknown ? 'known after deploy' : shown(own(change.after ?? {}, name));
  if (change.before === null || change.before === undefined) return `${name}: ${young}`;
  if (change.after === null || change.after === undefined) return `${name}: ${old}`;
  return `${name}: ${old} -> ${young}`;
}

/** Also where only a part of the attribute is marked: rather too little shown than too much. */
export function isMarked(mark: z.output<typeof marks>, name: string): boolean {
  if (typeof mark === 'boolean') return mark;
  return Object.hasOwn(mark, name) && hasMark(mark[name]);
}

function hasMark(mark: unknown): boolean {
  if (mark === true) return true;
  return typeof mark === 'object' && mark !== null && Object.values(mark).some(hasMark);
}
