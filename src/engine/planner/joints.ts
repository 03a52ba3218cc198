import type { Address } from '../../model/address.ts';
import type { PlannedResource } from './plan.ts';

/**
 * What is left alone has no step, and so nobody would wait through it: what needs it could begin
 * before what it needs itself has ended. Those between two that have steps get one of their own, which
 * finds them unchanged when its turn comes. `planned`: in the order in which it is built.
 */
export function withJoints(planned: readonly PlannedResource[]): PlannedResource[] {
  const waiting = new Set<Address>();
  for (const { address, action, after } of planned) {
    if (action !== 'leave' || after.some((before) => waiting.has(before))) waiting.add(address);
  }
  const awaited = new Set<Address>();
  for (const { address, action, after } of planned.toReversed()) {
    if (action === 'leave' && !awaited.has(address)) continue;
    for (const before of after) if (waiting.has(before)) awaited.add(before);
  }
  return planned.map((one) =>
    one.action === 'leave' && waiting.has(one.address) && awaited.has(one.address)
      ? { ...one, isJoint: true }
      : one,
  );
}
