import { templateDocument, templateLabel } from '../../documents/documents.ts';
import { type EnvironmentImpact, type ImpactDocument, isPlanned } from '../../documents/plan.ts';
import { findTemplate } from '../../engine/find-template.ts';
import type { TemplateIndex } from '../../engine/templates.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { templateKey } from '../../model/template.ts';
import { compareVersions } from '../../model/version.ts';
import { findEnvironment } from '../../queries/lookup.ts';
import { environmentsTakingIn } from '../../queries/nested-versions.ts';
import type { Store } from '../../store/store.ts';
import type { PlanGround } from './ground.ts';
import { missingParameters } from './missing-parameters.ts';
import { planEnvironment } from './plan-environment.ts';

export interface ImpactTerms {
  /** `name`, `name@1.2.0` or `name@^1.2`. */
  template: string;
  /** Undefined: all that are made from it. */
  environments: readonly string[] | undefined;
  /** In each executor's own words as well: see PlanTerms. */
  withDifferences: boolean;
  signal: AbortSignal;
  /** Which environment is being planned. */
  onProgress?: (environment: string) => void;
}

/** What a version would change, without changing anything. One that cannot be planned hides no other. */
export async function planTemplate(
  ground: PlanGround,
  terms: ImpactTerms,
): Promise<ImpactDocument> {
  const { storeWithShipped: store } = ground;
  const template = await findTemplate(store, terms.template);
  const candidates = await candidatesFor(store, template, terms.environments);
  const isOlder = ({ template: { version } }: EnvironmentRecord) =>
    compareVersions(version, template.reference.version) < 0;
  const environments: EnvironmentImpact[] = [];
  for (const environment of candidates.filter(isOlder)) {
    terms.signal.throwIfAborted();
    terms.onProgress?.(environment.name);
    environments.push(await impactOn(ground, environment, { ...terms, template }));
  }
  const takingIn =
    terms.environments === undefined ? await environmentsTakingIn(store, template.reference) : [];
  return {
    template: templateDocument(template.reference),
    environments,
    upToDate: candidates.filter((one) => !isOlder(one)).map(({ name }) => name),
    takingIn: takingIn.map(({ environment, nested, newer }) => ({
      environment: environment.name,
      from: templateDocument(environment.template),
      nested: templateDocument(nested),
      newer: newer === null ? null : templateDocument(newer),
    })),
  };
}

/** Environments that exist and are made from some version of it: all, or those that were named. */
async function candidatesFor(
  store: Store,
  { reference }: TemplateIndex,
  named: readonly string[] | undefined,
): Promise<EnvironmentRecord[]> {
  if (named === undefined) {
    const all = (await store.find('environments')).map(({ value }) => value);
    return all.filter(
      ({ template, status }) => template.name === reference.name && isThere(status),
    );
  }
  const found: EnvironmentRecord[] = [];
  for (const name of new Set(named)) {
    const environment = await findEnvironment(store, name);
    if (environment.template.name !== reference.name || !isThere(environment.status)) {
      throw notMadeFrom(environment, reference.name);
    }
    found.push(environment);
  }
  return found;
}

function isThere(status: EnvironmentRecord['status']): boolean {
  return status !== 'destroyed';
}

function notMadeFrom({ name, template, status }: EnvironmentRecord, wanted: string): BiotopeError {
  const is = isThere(status) ? `made from ${templateLabel(template)}` : 'destroyed';
  return new BiotopeError('USAGE', {
    message: `Environment ${name} is ${is}: no version of ${wanted} would change it.`,
    facts: { environment: name },
  });
}

async function impactOn(
  ground: PlanGround,
  environment: EnvironmentRecord,
  terms: Omit<ImpactTerms, 'template'> & { template: TemplateIndex },
): Promise<EnvironmentImpact> {
  const { reference, template } = terms.template;
  const { name, status, template: from } = environment;
  const known = {
    environment: name,
    status,
    from: templateDocument(from),
    newlyRequired: missingParameters(template, environment.parameters),
  };
  const command = {
    type: 'environment.update' as const,
    data: { name, template: templateKey(reference) },
  };
  const { withDifferences, signal } = terms;
  try {
    const plan = await planEnvironment(ground, { command, withDifferences, signal });
    const resources = plan.resources.filter(isPlanned);
    return { ...known, summary: plan.summary, resources, error: null };
  } catch (error) {
    if (!isBiotopeError(error)) throw error;
    const { code, message, detail = null } = error;
    return { ...known, summary: null, resources: [], error: { code, message, detail } };
  }
}
