import type { EventRecord } from '../../../src/model/event.ts';
import type { Order, WorkerReport } from '../../../src/model/order.ts';

export function order(facts: Partial<Order> = {}): Order {
  return {
    runId: 'run-1',
    environment: 'shop',
    address: 'web[0]',
    pool: 'default',
    operation: 'apply',
    attempt: 1,
    runEpoch: 1,
    clusterEpoch: 1,
    ...facts,
  };
}

export function report(address = 'web[0]'): WorkerReport {
  return {
    claim: { runId: 'run-1', environment: 'shop', address, claimToken: 'token-1' },
    report: {
      kind: 'applied',
      outputs: { url: 'http://localhost:1' },
      record: { id: 7 },
      parts: [],
      sealedState: null,
    },
    orderToken: 'order-token-1',
  };
}

export function event(number: number, scope = 'shop'): EventRecord {
  return {
    id: `${scope}:${number}.0`,
    scope,
    number,
    index: 0,
    atMs: 1_700_000_000_000,
    type: 'run.queued',
    runId: 'run-1',
    address: null,
    data: { environment: scope },
  };
}

/** Resolved from outside: how a test holds a message in hand. */
export interface Gate {
  promise: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
