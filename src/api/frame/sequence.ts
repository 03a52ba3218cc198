import { z } from 'zod';

const ITEMS_MAX = 1_000;
const ITEMS_DEFAULT = 100;

/** For what grows at its end: pages by sequence. */
export const afterQuery = {
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe('Only what comes behind this sequence.'),
  limit: z.coerce.number().int().min(1).max(ITEMS_MAX).default(ITEMS_DEFAULT),
};
