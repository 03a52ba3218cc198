import type { Order } from '../../src/model/order.ts';
import type { Room } from './room.ts';
import { applied, claimOf } from './worker-side.ts';

/** A worker to whom everything succeeds, and who finds everything as it was built. */
export function performAll(order: Order, { engine }: Room): void {
  void perform(order, engine);
}

async function perform(order: Order, { desk }: Room['engine']): Promise<void> {
  const grant = await desk.claim(order, 'worker');
  if (grant === undefined) return;
  const { operation } = order;
  if (operation === 'look') {
    await desk.report(claimOf(order, grant), {
      kind: 'looked',
      finding: 'present',
      differences: [],
    });
  } else {
    await desk.report(
      claimOf(order, grant),
      operation === 'destroy' ? { kind: 'destroyed' } : applied(),
    );
  }
}
