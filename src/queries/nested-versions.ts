import type { EnvironmentRecord } from '../model/environment.ts';
import { type TemplateRecord, type TemplateReference, templateKey } from '../model/template.ts';
import { compareVersions } from '../model/version.ts';
import type { Store } from '../store/store.ts';

export interface TakingIn {
  environment: EnvironmentRecord;
  /** The oldest version that its template takes in. */
  nested: TemplateReference;
  /** The published version of its own template that takes in this one or a newer one. */
  newer: TemplateReference | null;
}

/** Environments whose template takes in an older version of the one that is asked about. */
export async function environmentsTakingIn(
  store: Store,
  wanted: TemplateReference,
): Promise<TakingIn[]> {
  const environments = (await store.find('environments')).map(({ value }) => value);
  const templates = (await store.find('templates')).map(({ value }) => value);
  const byKey = new Map(templates.map((record) => [templateKey(record.reference), record]));
  return environments.flatMap((environment) => {
    if (environment.status === 'destroyed') return [];
    const record = byKey.get(templateKey(environment.template));
    const nested = record === undefined ? undefined : oldestNested(record, wanted.name);
    if (nested === undefined || !isOlder(nested, wanted)) return [];
    return [{ environment, nested, newer: newerOuter(environment.template, wanted, templates) }];
  });
}

/** Published versions that are newer than those that a template takes in. */
export async function newerNested(
  store: Store,
  record: TemplateRecord,
): Promise<{ taken: TemplateReference; newest: TemplateReference }[]> {
  const found: { taken: TemplateReference; newest: TemplateReference }[] = [];
  for (const name of new Set(record.template.nested.map((one) => one.template.name))) {
    const taken = oldestNested(record, name);
    const published = await store.find('templates', { where: { name } });
    const newest = published
      .map(({ value }) => value.reference)
      .sort((left, right) => compareVersions(right.version, left.version))[0];
    if (taken !== undefined && newest !== undefined && isOlder(taken, newest)) {
      found.push({ taken, newest });
    }
  }
  return found;
}

/** The newest version of the outer template that leaves nothing older inside. */
function newerOuter(
  outer: TemplateReference,
  wanted: TemplateReference,
  templates: readonly TemplateRecord[],
): TemplateReference | null {
  const fitting = templates.filter((record) => {
    if (record.reference.name !== outer.name || !isOlder(outer, record.reference)) return false;
    const nested = oldestNested(record, wanted.name);
    return nested !== undefined && !isOlder(nested, wanted);
  });
  const references = fitting.map(({ reference }) => reference);
  return references.sort((left, right) => compareVersions(right.version, left.version))[0] ?? null;
}

function oldestNested({ template }: TemplateRecord, name: string): TemplateReference | undefined {
  return template.nested
    .map((one) => one.template)
    .filter((one) => one.name === name)
    .sort((left, right) => compareVersions(left.version, right.version))[0];
}

function isOlder(left: TemplateReference, right: TemplateReference): boolean {
  return compareVersions(left.version, right.version) < 0;
}
