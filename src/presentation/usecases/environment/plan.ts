import { planDifferences } from '../../../compose/differences.ts';
import { templateLabel } from '../../../documents/documents.ts';
import { requirementOf } from '../../../engine/approval/requirement.ts';
import type { Plan } from '../../../engine/planner/plan.ts';
import { type ApprovalSource, approvalNeeded } from '../../../model/approval.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { imagineSecrets } from '../../../secrets/imagined-secrets.ts';
import { type Differences, type PlanView, planDocument, planLines } from '../../pages/plan.ts';
import { type SettingChange, settingChanges } from '../../pages/setting-changes.ts';
import type { Answer, Session } from '../../session.ts';
import { type BuildRequest, type BuildType, buildCommand } from './build-command.ts';

export interface PlanRequest extends BuildRequest {
  destroy?: boolean | undefined;
  diff: boolean;
}

/** What commands are asked that can say what they would do instead of doing it. */
export interface Previewed {
  'dry-run': boolean;
  diff: boolean;
}

/**
 * What a create, update or destroy would do now; with `diff` also in each executor's own words.
 * Without, executors are asked about adoptions alone: rejects with ADOPTION_REFUSED for the first that
 * the command asks for and they would refuse.
 */
export async function plan(session: Session, request: PlanRequest): Promise<Answer> {
  const view = await viewPlan(session, request);
  return { lines: (palette) => planLines(view, palette), document: planDocument(view) };
}

async function viewPlan(session: Session, request: PlanRequest): Promise<PlanView> {
  const { biotope, screen, interrupt } = session;
  const { command, recorded } = await previewedCommand(session, request);
  // With the values of secrets that the command brings, an executor can say what they change.
  const secrets = imagineSecrets(biotope.secrets);
  const planned = await biotope.preview(command, secrets);
  const settings = settingsOf(planned, command, recorded);
  const approval = await approvalOf(session, { command, planned, recorded });
  const view = { plan: planned, settings, approval };
  if (!request.diff && request.adopt === undefined) return { ...view, differences: null };
  const differences = await planDifferences(biotope, planned, {
    secrets,
    signal: interrupt.signal,
    isAsked: ({ action }) => request.diff || action === 'adopt',
    onProgress: (label) => screen.print([], [`  planning ${label}`]),
  });
  screen.clear();
  return { ...view, differences: request.diff ? differences : unsaidOf(planned, differences) };
}

/** Of adoptions: what stands in their way is worth more than what they would change. */
function unsaidOf({ resources }: Plan, differences: Differences): Differences | null {
  const unsaid = [...differences].filter(([, found]) => !Array.isArray(found));
  for (const [address, found] of unsaid) {
    if (Array.isArray(found) || found.code !== 'ADOPTION_REFUSED') continue;
    const label = resources.find((one) => one.address === address)?.label ?? address;
    throw new BiotopeError(found.code, {
      message: `${label} would not be adopted: ${found.message}`,
      facts: { address },
    });
  }
  return unsaid.length === 0 ? null : new Map(unsaid);
}

type PreviewedCommand =
  | { type: 'environment.destroy'; data: { name: string; approval?: 'required' } }
  | Awaited<ReturnType<typeof buildCommand>>['command'];

/** `recorded`: the environment as it stands; undefined where it is made. */
async function previewedCommand(
  session: Session,
  request: PlanRequest,
): Promise<{ command: PreviewedCommand; recorded: EnvironmentRecord | undefined }> {
  const { name } = request;
  const recorded = await standing(session, name);
  if (request.destroy)
    return { command: { type: 'environment.destroy', data: { name } }, recorded };
  return { command: (await buildCommand(session, typeFor(recorded), request)).command, recorded };
}

/** Who would ask that people approve of it. */
function approvalOf(
  { biotope }: Session,
  facts: { command: PreviewedCommand; planned: Plan; recorded: EnvironmentRecord | undefined },
): Promise<ApprovalSource | null> {
  const { command, planned, recorded } = facts;
  const { approval, requireApproval = null } = { requireApproval: undefined, ...command.data };
  const kind = command.type === 'environment.destroy' ? ('destroy' as const) : ('update' as const);
  const run = {
    kind,
    approval: approval === undefined ? null : approvalNeeded('command'),
    requireApproval,
    template: planned.template?.reference ?? null,
  };
  return requirementOf({ store: biotope.storeWithShipped }, run, recorded);
}

function settingsOf(
  { template }: Plan,
  command: PreviewedCommand,
  recorded: EnvironmentRecord | undefined,
): SettingChange[] {
  if (recorded === undefined || command.type === 'environment.destroy') return [];
  const label = template === null ? undefined : templateLabel(template.reference);
  return settingChanges(recorded, { ...command.data, template: label });
}

/** What brings an environment to a state: it is made, or changed where it is there. */
export async function buildTypeOf(session: Session, name: string): Promise<BuildType> {
  return typeFor(await standing(session, name));
}

function typeFor(recorded: EnvironmentRecord | undefined): BuildType {
  return recorded === undefined ? 'environment.create' : 'environment.update';
}

async function standing(
  { biotope }: Session,
  name: string,
): Promise<EnvironmentRecord | undefined> {
  const found = (await biotope.store.get('environments', name))?.value;
  return found?.status === 'destroyed' ? undefined : found;
}
