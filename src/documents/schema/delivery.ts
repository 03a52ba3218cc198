import { z } from 'zod';
import { optionalTime, time } from './common.ts';

export const deliveryStatusSchema = z.enum(['pending', 'delivered', 'failed']);

export const deliverySchema = z
  .object({
    id: z.string(),
    webhook: z.string(),
    status: deliveryStatusSchema,
    messageId: z.string().describe('The header webhook-id, the same at every attempt.'),
    event: z.object({ id: z.string(), type: z.string(), scope: z.string() }),
    attempts: z.int(),
    nextAttemptAt: optionalTime,
    last: z
      .object({
        at: time,
        tookMs: z.number(),
        status: z.int().nullable().describe('Of the answer; null: there was none.'),
        detail: z.string(),
        answer: z.string().nullable().describe('The beginning of its body.'),
      })
      .nullable()
      .describe('How the last attempt ended.'),
    createdAt: time,
    finishedAt: optionalTime,
  })
  .meta({ id: 'Delivery', description: 'One event on its way to one webhook.' });
