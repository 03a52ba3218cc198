import { onTestFinished } from 'vitest';
import type { Command } from '../../src/bus/messages/commands.ts';
import type { EngineContext } from '../../src/engine/context.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Order } from '../../src/model/order.ts';
import type { RunRecord } from '../../src/model/run.ts';
import type { StepRecord } from '../../src/model/step.ts';
import type { Template } from '../../src/model/template.ts';
import { createEngineContext } from './engine-context.ts';
import { severable } from './severable.ts';
import { publishDirectly } from './templates.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** An engine alone, over a virtual clock: the test is its worker and its bus's other side. */
export interface Room {
  clock: VirtualClock;
  context: EngineContext;
  engine: Engine;
  /** Orders that were sent, oldest first, repetitions included. */
  orders: Order[];
  publish(...templates: Template[]): Promise<void>;
  /** Submits and insists on being accepted; returns the run's id. */
  send(command: Command): Promise<string>;
  run(runId: string): Promise<RunRecord>;
  step(runId: string, address: string): Promise<StepRecord>;
  /** Ends what was begun here, without ending what it left in the store. */
  close(): Promise<void>;
  /** Leaves as a kill would: nothing is handed back, nothing more is recorded. */
  abandon(): Promise<void>;
}

export interface RoomOptions {
  clock?: VirtualClock;
  context?: Partial<EngineContext>;
  /** Whether accepted runs begin. Default: yes. */
  starts?: boolean;
  /** Default: orders are kept in `orders`. */
  onOrder?: (order: Order, room: Room) => void;
}

/** Closed when the test is over. */
export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const clock = options.clock ?? createVirtualClock();
  const { context, close: closeContext } = createEngineContext(clock, options.context ?? {});
  const { store, bus } = context;
  const guarded = severable(store);
  const engine = createEngine({ ...context, store: guarded.store });
  const starts = options.starts ?? true;
  const orders: Order[] = [];
  let sent = 0;
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    if (starts) await clock.finish(engine.stop());
    await closeContext();
  }
  const close = () => {
    closing ??= closeAll();
    return closing;
  };
  onTestFinished(close);

  const room: Room = {
    clock,
    context,
    engine,
    orders,
    async publish(...templates) {
      for (const template of templates) await clock.finish(publishDirectly(store, template));
    },
    async send(command) {
      sent += 1;
      const id = `${context.holder}-${sent}`;
      const result = await clock.finish(engine.submit(command, { source: 'test', id }));
      if (result.outcome === 'rejected') throw new Error(`${result.code}: ${result.message}`);
      return result.runId ?? '';
    },
    run: async (runId) => found(await store.get('runs', runId)),
    step: async (runId, address) => found(await store.get('steps', `${runId}/${address}`)),
    close,
    abandon() {
      guarded.sever();
      closing ??= closeContext();
      return closing;
    },
  };
  await bus.takeOrders('default', 1_000, async (order) => {
    if (options.onOrder === undefined) orders.push(order);
    else options.onOrder(order, room);
  });
  if (starts) await clock.finish(engine.start());
  return room;
}

function found<T>(stored: { value: T } | undefined): T {
  if (stored === undefined) throw new Error('there is no such record');
  return stored.value;
}
