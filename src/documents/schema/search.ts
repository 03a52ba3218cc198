import { z } from 'zod';

export const searchSchema = z
  .object({
    found: z.array(
      z.object({
        kind: z.enum(['environment', 'resource', 'template']),
        name: z.string(),
        environment: z.string().nullable(),
        template: z.string(),
        status: z.string().nullable(),
        description: z.string(),
        tags: z.array(z.string()),
        matched: z.array(
          z.object({
            word: z.string(),
            field: z.enum(['name', 'description', 'tags']),
            found: z.string(),
          }),
        ),
      }),
    ),
    truncated: z.boolean(),
  })
  .meta({ id: 'Found', description: 'Best first.' });
