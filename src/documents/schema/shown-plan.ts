import { z } from 'zod';
import { time } from './common.ts';
import { runSummarySchema } from './run.ts';

export const shownPlanSchema = z
  .object({
    digest: z.string().describe('Of the whole plan: who approves says it again.'),
    madeAt: time,
    summary: runSummarySchema.partial({ look: true }),
    resources: z.array(
      z.object({
        address: z.string(),
        label: z.string(),
        executor: z.string(),
        action: z.enum([
          'create',
          'change',
          'adopt',
          'rotate',
          'remove',
          'act',
          'look',
          'decide',
          'rename',
        ]),
        reason: z.string(),
        movedFrom: z.string().nullable(),
        inputs: z
          .array(z.object({ path: z.string(), before: z.string(), after: z.string() }))
          .describe('Those that become others, as far as they are known. Secrets redacted.'),
      }),
    ),
    unlisted: z.int().describe('So many more are not listed.'),
  })
  .meta({ id: 'ShownPlan', description: 'What people are asked to approve of.' });
