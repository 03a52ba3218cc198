import { templateLabel } from '../../../documents/documents.ts';
import { findTemplate } from '../../../engine/find-template.ts';
import type { TemplateIndex } from '../../../engine/templates.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { templateKey } from '../../../model/template.ts';
import { compareVersions } from '../../../model/version.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { toBiotopeError } from '../../pages/errors.ts';
import {
  missingParameters,
  type PlannedEnvironment,
  type TemplatePlan,
  templatePlanDocument,
  templatePlanLines,
} from '../../pages/template-plan.ts';
import type { Answer, Session } from '../../session.ts';
import { environmentsTakingIn } from './nested-versions.ts';

/** What a version would change, without changing anything. One that cannot be planned hides no other. */
export async function planTemplate(
  session: Session,
  request: { template: string; environment?: readonly string[] | undefined },
): Promise<Answer> {
  const { biotope, interrupt, screen } = session;
  const template = await findTemplate(biotope.storeWithShipped, request.template);
  const candidates = await candidatesFor(biotope.store, template, request.environment);
  const isOlder = ({ template: { version } }: EnvironmentRecord) =>
    compareVersions(version, template.reference.version) < 0;
  const older = candidates.filter(isOlder);
  const environments: PlannedEnvironment[] = [];
  for (const environment of older) {
    interrupt.signal.throwIfAborted();
    screen.print([], [`  planning ${environment.name}`]);
    environments.push(await planEnvironment(session, environment, template));
  }
  screen.clear();
  const upToDate = candidates.filter((one) => !isOlder(one)).map(({ name }) => name);
  const takingIn =
    request.environment === undefined
      ? await environmentsTakingIn(biotope.store, template.reference)
      : [];
  return answerOf({ template: template.reference, environments, upToDate, takingIn });
}

function answerOf(view: TemplatePlan): Answer {
  return {
    lines: (palette) => templatePlanLines(view, palette),
    document: templatePlanDocument(view),
    names: view.environments.map(({ environment }) => environment.name),
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

async function planEnvironment(
  { biotope }: Session,
  environment: EnvironmentRecord,
  { reference, template }: TemplateIndex,
): Promise<PlannedEnvironment> {
  const newlyRequired = missingParameters(template, environment.parameters);
  const data = { name: environment.name, template: templateKey(reference) };
  try {
    const plan = await biotope.preview({ type: 'environment.update', data });
    return { environment, outcome: { plan }, newlyRequired };
  } catch (error) {
    return { environment, outcome: { error: toBiotopeError(error) }, newlyRequired };
  }
}
