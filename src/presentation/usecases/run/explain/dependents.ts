import type { Address } from '../../../../model/address.ts';
import type { StepRecord } from '../../../../model/step.ts';
import type { Dependent } from '../../../pages/explanation.ts';

/** The run's steps that come after a resource, nearest first. */
export function dependentsOf(address: Address, steps: readonly StepRecord[]): Dependent[] {
  const after = new Map<Address, StepRecord[]>();
  for (const step of steps) {
    for (const before of step.after) {
      const known = after.get(before);
      if (known === undefined) after.set(before, [step]);
      else known.push(step);
    }
  }
  const found = new Set<StepRecord>();
  const open = [...(after.get(address) ?? [])];
  for (const step of open) {
    if (found.has(step) || step.address === address) continue;
    found.add(step);
    open.push(...(after.get(step.address) ?? []));
  }
  const own = steps.find((step) => step.address === address);
  const isBuild = own !== undefined && own.action !== 'remove';
  const removals = steps.filter((step) => isBuild && step.action === 'remove' && !found.has(step));
  return [
    ...[...found].map((step) => dependent(step, 'depends')),
    ...removals.map((step) => dependent(step, 'removed-after')),
  ];
}

function dependent({ label, status }: StepRecord, relation: Dependent['relation']): Dependent {
  return { label, status, relation };
}
