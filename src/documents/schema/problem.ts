import { z } from 'zod';

export const problemSchema = z
  .object({
    type: z.string().describe('Stable; where the problem is explained.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened, where, and what to do.'),
    instance: z.string().describe('The request, as the log of the server names it.'),
    code: z.string(),
    lines: z.array(z.string()).describe('More: diagnostics, all that is wrong.'),
    facts: z.record(z.string(), z.unknown()).describe('Names and numbers, for programs.'),
    retryable: z.boolean().describe('The same request may succeed later.'),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });
