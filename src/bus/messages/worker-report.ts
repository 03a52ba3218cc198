import { z } from 'zod';
import type { WorkerReport } from '../../model/order.ts';
import { reportSchema } from './reports.ts';

const name = z.string().min(1).max(1_000);
const token = z.string().max(10_000);

/** What a worker sends over the bus when a step has ended. */
export const workerReportSchema: z.ZodType<WorkerReport> = z
  .object({
    claim: z.object({
      runId: name,
      environment: name,
      address: name,
      claimToken: name.describe('Shows that it holds the claim.'),
      orderToken: token.exactOptional(),
    }),
    report: reportSchema,
    orderToken: token.describe('Shows that its sender was given the order.'),
  })
  .meta({ id: 'WorkerReport', description: 'How a step ended, and who says so.' });
