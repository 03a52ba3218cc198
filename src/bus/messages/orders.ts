import { z } from 'zod';
import type { Order } from '../../model/order.ts';

const name = z.string().min(1).max(1_000);

/** What a server sends to the workers of a pool. */
export const orderSchema: z.ZodType<Order> = z
  .object({
    runId: name,
    environment: name,
    address: name,
    pool: name,
    operation: z.enum(['apply', 'adopt', 'rotate', 'destroy', 'inspect', 'look', 'act']),
    attempt: z.int().min(0),
    runEpoch: z.int().min(0),
    clusterEpoch: z.int().min(0),
    token: z.string().max(10_000).exactOptional().describe('Shows that its holder was given it.'),
    traceparent: z
      .string()
      .max(100)
      .exactOptional()
      .describe('What it is part of (W3C Trace Context).'),
  })
  .meta({ id: 'Order', description: 'A step that a worker may do, once it has the claim.' });
