import type { ApprovalSource } from '../../model/approval.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { RunRecord } from '../../model/run.ts';
import { templateKey } from '../../model/template.ts';
import type { EngineContext } from '../context.ts';

/**
 * Who asks that people approve what a run would do; null: nobody. What holds until now counts as well
 * as what is to hold from now on: a run that takes the requirement off needs an approval for that.
 */
export async function requirementOf(
  { store }: Pick<EngineContext, 'store'>,
  run: Pick<RunRecord, 'kind' | 'reconcile' | 'approval' | 'requireApproval' | 'template'>,
  environment: EnvironmentRecord | undefined,
): Promise<ApprovalSource | null> {
  if (run.approval !== null) return run.approval.requiredBy;
  if (!isAskedAbout(run)) return null;
  const known = environment?.status === 'destroyed' ? undefined : environment;
  if (run.requireApproval === true || known?.requireApproval === true) return 'environment';
  const references = [run.template, known?.template ?? null];
  const keys = new Set(references.flatMap((one) => (one === null ? [] : [templateKey(one)])));
  for (const key of keys) {
    // Destroying needs no template: one that is gone asks for nothing.
    const published = await store.get('templates', key);
    if (published?.value.template.approval === 'required') return 'template';
  }
  return null;
}

/** An action builds nothing, and what a look may heal by itself a template has said before. */
function isAskedAbout({ kind, reconcile = null }: Pick<RunRecord, 'kind' | 'reconcile'>): boolean {
  if (kind === 'reconcile') return reconcile?.heal === true;
  return kind !== 'action';
}
