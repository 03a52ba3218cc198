import { BiotopeError } from '../../model/errors.ts';
import type { EventRecord } from '../../model/event.ts';
import type { Order, WorkerReport } from '../../model/order.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Bus, CommandDelivery, Hint, Settlement } from '../bus.ts';
import { createBroadcast } from './broadcast.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** Many, so that the store can group their commits; not all, so that a flood waits here. */
const IN_HAND_MAX = 256;

/** In each queue. Ten times the resources an environment may have. */
const WAITING_MAX = 100_000;

/**
 * The bus of a process that is everything at once. It keeps messages in memory only: what must
 * outlive the process is in the store, from where it is sent again. Commands and orders that nobody
 * takes yet wait; events and hints are for those who listen.
 */
export function createLocalBus({
  clock,
  waitingMax = WAITING_MAX,
}: {
  clock: Clock;
  waitingMax?: number;
}): Bus {
  const commands = createWorkQueue<CommandDelivery>({ clock, name: 'commands', waitingMax });
  const reports = createWorkQueue<WorkerReport>({ clock, name: 'reports', waitingMax });
  const pools = new Map<string, WorkQueue<Order>>();
  const events = createBroadcast<EventRecord>(clock);
  const hints = createBroadcast<Hint>(clock);
  let isClosed = false;

  const poolQueue = (pool: string): WorkQueue<Order> => {
    const known = pools.get(pool);
    if (known !== undefined) return known;
    const queue = createWorkQueue<Order>({ clock, name: `orders of pool ${pool}`, waitingMax });
    if (isClosed) queue.close();
    pools.set(pool, queue);
    return queue;
  };

  return {
    sendCommand: async (delivery) => commands.add(delivery),
    takeCommands: async (handle) => commands.take(IN_HAND_MAX, handle),

    publishEvent: async (event) => {
      if (isClosed) throw closedFailure();
      events.send(event);
    },
    takeEvents: async (handle) => {
      const end = events.listen(handle);
      return { stop: async () => end() };
    },

    sendOrder: async (order) => poolQueue(order.pool).add(order),
    takeOrders: async (pool, concurrency, handle) =>
      poolQueue(pool).take(concurrency, (order) => settleOrder(order, handle)),
    ordersWaiting: async (pool) => pools.get(pool)?.waiting() ?? 0,

    sendReport: async (report) => reports.add(report),
    takeReports: async (handle) => reports.take(IN_HAND_MAX, handle),

    hint: (hint) => {
      if (!isClosed) hints.send(hint);
    },
    takeHints: (handle) => hints.listen(handle),

    close: async () => {
      isClosed = true;
      for (const queue of [commands, reports, ...pools.values()]) queue.close();
    },
  };
}

/** Once claimed, an order is the taker's: whatever becomes of it, it is not delivered again. */
async function settleOrder(
  order: Order,
  handle: Parameters<Bus['takeOrders']>[2],
): Promise<Settlement> {
  let isClaimed = false;
  try {
    await handle(order, () => {
      isClaimed = true;
    });
    return 'done';
  } catch {
    return isClaimed ? 'done' : 'again';
  }
}

function closedFailure(): BiotopeError {
  return new BiotopeError('BUS_UNAVAILABLE', {
    message: 'The bus takes no more events: it is closed.',
  });
}
