import { z } from 'zod';

export const auditSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z
      .string()
      .describe('Name of a token, oidc:…, cli:…, local, address:… of who is unknown, or a source.'),
    action: z
      .string()
      .describe('A command, or the method and route of a request that was refused.'),
    subject: z.string().describe('What it was about: an environment, a run, a step.'),
    outcome: z.enum(['accepted', 'refused']),
    code: z.string().nullable().describe('Why it was refused.'),
    environment: z.string().nullable(),
    run: z.string().nullable().describe('What it began, or was about.'),
    request: z.string().nullable().describe('As answers and logs name it (x-request-id).'),
    count: z.int().describe('More than 1: so many refusals like this one, summed up.'),
    detail: z.json(),
  })
  .meta({ id: 'AuditEntry', description: 'Who asked for what, and what became of it.' });
