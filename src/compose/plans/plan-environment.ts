import type { Command } from '../../bus/messages/commands.ts';
import { templateLabel } from '../../documents/documents.ts';
import { type PlanDocument, planDocument } from '../../documents/plan.ts';
import { type SettingChange, settingChanges } from '../../documents/setting-changes.ts';
import { requirementOf } from '../../engine/approval/requirement.ts';
import type { Plan } from '../../engine/planner/plan.ts';
import { type ApprovalSource, approvalNeeded } from '../../model/approval.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import { imagineSecrets } from '../../secrets/imagined-secrets.ts';
import type { Difference } from '../../worker/look.ts';
import { planDifferences } from '../differences.ts';
import { preview } from '../preview.ts';
import type { PlanGround } from './ground.ts';

export type PlannedCommand = Extract<
  Command,
  { type: 'environment.create' | 'environment.update' | 'environment.destroy' }
>;

export interface PlanTerms {
  command: PlannedCommand;
  /** In each executor's own words as well: starts what they start to look. */
  withDifferences: boolean;
  signal: AbortSignal;
  /** Which resource is being looked at. */
  onProgress?: (label: string) => void;
}

/**
 * What a create, update or destroy would do now. Executors are asked about adoptions in any case:
 * rejects with ADOPTION_REFUSED for the first that the command asks for and they would refuse.
 */
export async function planEnvironment(
  ground: PlanGround,
  { command, withDifferences, signal, onProgress = () => {} }: PlanTerms,
): Promise<PlanDocument> {
  const recorded = await standing(ground, command.data.name);
  // With the values of secrets that the command brings, an executor can say what they change.
  const secrets = imagineSecrets(ground.secrets);
  const plan = await preview(ground, command, secrets);
  const settings = settingsOf(plan, command, recorded);
  const approval = await approvalOf(ground, { command, plan, recorded });
  const view = { plan, settings, approval };
  const adopts = 'adopt' in command.data && command.data.adopt !== undefined;
  if (!withDifferences && !adopts) return planDocument({ ...view, differences: null });
  const found = await planDifferences(ground, plan, {
    secrets,
    signal,
    isAsked: ({ action }) => withDifferences || action === 'adopt',
    onProgress,
  });
  return planDocument({ ...view, differences: withDifferences ? found : unsaidOf(plan, found) });
}

/** Of adoptions: what stands in their way is worth more than what they would change. */
function unsaidOf({ resources }: Plan, differences: ReadonlyMap<string, Difference>) {
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

interface Facts {
  command: PlannedCommand;
  plan: Plan;
  recorded: EnvironmentRecord | undefined;
}

/** Who would ask that people approve of it. */
function approvalOf(
  { storeWithShipped: store }: PlanGround,
  { command, plan, recorded }: Facts,
): Promise<ApprovalSource | null> {
  const { approval, requireApproval = null } = { requireApproval: undefined, ...command.data };
  const run = {
    kind: command.type === 'environment.destroy' ? ('destroy' as const) : ('update' as const),
    approval: approval === undefined ? null : approvalNeeded('command'),
    requireApproval,
    template: plan.template?.reference ?? null,
  };
  return requirementOf({ store }, run, recorded);
}

function settingsOf(
  { template }: Plan,
  command: PlannedCommand,
  recorded: EnvironmentRecord | undefined,
): SettingChange[] {
  if (recorded === undefined || command.type === 'environment.destroy') return [];
  const label = template === null ? undefined : templateLabel(template.reference);
  return settingChanges(recorded, { ...command.data, template: label });
}

async function standing(
  { storeWithShipped }: PlanGround,
  name: string,
): Promise<EnvironmentRecord | undefined> {
  const found = (await storeWithShipped.get('environments', name))?.value;
  return found?.status === 'destroyed' ? undefined : found;
}
