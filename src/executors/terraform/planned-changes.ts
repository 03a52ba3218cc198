import { z } from 'zod';
import { type JsonValue, sameJson } from '../../model/json.ts';
import type { Redactor } from '../../platform/redactor.ts';
import type { PlannedChange } from '../executor.ts';
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
});
const PLAN = z.object({
  resource_changes: z.array(z.object({ address: z.string(), change: CHANGE })).default([]),
});

type Change = z.output<typeof CHANGE>;

const LINES_MAX = 60;
const VALUE_CHARACTERS_MAX = 200;

/** What `terraform show -json` says of a plan, for people; without secrets. */
export function plannedChanges(text: string, redact: Redactor['redact']): PlannedChange[] {
  return PLAN.parse(JSON.parse(text)).resource_changes.flatMap(({ address, change }) => {
    const action = actionOf(change.actions);
    if (action === undefined) return [];
    const lines = linesOf(change).map(redact);
    const shown = lines.slice(0, LINES_MAX);
    if (lines.length > LINES_MAX) shown.push(`… and ${lines.length - LINES_MAX} more`);
    return [{ subject: shortAddress(address), action, lines: shown }];
  });
}

function actionOf(actions: string[]): PlannedChange['action'] | undefined {
  if (actions.includes('delete') && actions.includes('create')) return 'replace';
  if (actions.includes('forget')) return 'delete';
  return (['create', 'update', 'delete', 'read'] as const).find((one) => actions.includes(one));
}

function linesOf(change: Change): string[] {
  const before = change.before ?? {};
  const after = change.after ?? {};
  const unknown = typeof change.after_unknown === 'object' ? change.after_unknown : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].sort().flatMap((name) => {
    const isUnknown = isMarked(change.after_unknown, name);
    const [old, young] = [own(before, name), own(after, name)];
    if (!isUnknown && sameJson(old, young)) return [];
    return [lineOf(change, name, isUnknown)];
  });
}

/** Attributes may be named like what every object has. */
function own(values: Record<string, JsonValue>, name: string): JsonValue {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function lineOf(change: Change, name: string, isUnknown: boolean): string {
  const shown = (value: JsonValue, sensitive: boolean) =>
    sensitive ? '(sensitive)' : JSON.stringify(value).slice(0, VALUE_CHARACTERS_MAX);
  const old = shown(own(change.before ?? {}, name), isMarked(change.before_sensitive, name));
  const young = isUnknown
    ? 'known after deploy'
    : shown(own(change.after ?? {}, name), isMarked(change.after_sensitive, name));
  if (change.before === null || change.before === undefined) return `${name}: ${young}`;
  if (change.after === null || change.after === undefined) return `${name}: ${old}`;
  return `${name}: ${old} -> ${young}`;
}

/** Also where only a part of the attribute is marked: rather too little shown than too much. */
function isMarked(mark: z.output<typeof marks>, name: string): boolean {
  if (typeof mark === 'boolean') return mark;
  return Object.hasOwn(mark, name) && hasMark(mark[name]);
}

function hasMark(mark: unknown): boolean {
  if (mark === true) return true;
  return typeof mark === 'object' && mark !== null && Object.values(mark).some(hasMark);
}
