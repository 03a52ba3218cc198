import type { Desk } from '../../src/desk/desk.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ClaimReference, Grant, Order, Remains, Report } from '../../src/model/order.ts';
import type { ResourceTemplate } from '../../src/model/template.ts';
import { openRoom, type Room, type RoomOptions } from './room.ts';
import { template } from './templates.ts';

/** A room with one run of environment `one` under way, and the desk as a worker sees it. */
export interface WorkerSide {
  room: Room;
  runId: string;
  /** Over the room's clock: each call is answered when it resolves. */
  desk: Pick<Desk, 'claim' | 'heartbeat' | 'checkpoint' | 'report'>;
  /** The newest order for the step, once there is one that was not asked for before. */
  nextOrder(address?: string): Promise<Order>;
  /** Claims the next order, and insists on it. */
  begin(address?: string): Promise<Begun>;
}

export interface Begun {
  order: Order;
  grant: Grant;
  claim: ClaimReference;
}

export const LEFT: Remains = { record: { left: true }, parts: [], sealedState: null };

export const applied = (facts: Partial<Extract<Report, { kind: 'applied' }>> = {}): Report => ({
  kind: 'applied',
  outputs: {},
  ...LEFT,
  ...facts,
});

export async function workerSide(
  resources: ResourceTemplate[],
  options: RoomOptions & { adopt?: Record<string, JsonObject> } = {},
): Promise<WorkerSide> {
  const { adopt = {} } = options;
  const room = await openRoom(options);
  const { clock, engine, orders } = room;
  await room.publish(template('1.0.0', resources));
  const runId = await room.send({
    type: 'environment.create',
    data: { name: 'one', template: 'sample', adopt },
  });
  let asked = 0;

  async function nextOrder(address = 'a[0]'): Promise<Order> {
    for (let waitedMs = 0; waitedMs < 3_600_000; waitedMs += 500) {
      await clock.settle();
      const at = orders.findIndex((order, place) => place >= asked && order.address === address);
      const order = orders[at];
      if (order !== undefined) {
        asked = at + 1;
        return order;
      }
      await clock.advance(500);
    }
    throw new Error(`no order for ${address} within an hour`);
  }

  const desk: WorkerSide['desk'] = {
    claim: (order, worker) => clock.finish(engine.desk.claim(order, worker)),
    heartbeat: (claim) => clock.finish(engine.desk.heartbeat(claim)),
    checkpoint: (claim, state) => clock.finish(engine.desk.checkpoint(claim, state)),
    report: (claim, report) => clock.finish(engine.desk.report(claim, report)),
  };

  return {
    room,
    runId,
    desk,
    nextOrder,
    async begin(address) {
      const order = await nextOrder(address);
      const grant = await desk.claim(order, 'worker-1');
      if (grant === undefined) throw new Error(`${order.address} was not granted`);
      return { order, grant, claim: claimOf(order, grant) };
    },
  };
}

export function claimOf(order: Order, grant: Grant): ClaimReference {
  const { runId, environment, address } = order;
  return { runId, environment, address, claimToken: grant.claimToken };
}
