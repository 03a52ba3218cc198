import { z } from 'zod';

/**
 * The envelope of commands: CloudEvents 1.0, structured JSON mode. `source` and `id` together are
 * the idempotency key. `data` is checked by the schema of its `type` (commands.ts).
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0').default('1.0'),
  id: z.string().min(1).max(200).optional(),
  source: z.string().min(1).max(200).default('unknown'),
  type: z.string().min(1).max(100),
  time: z.string().max(60).optional(),
  datacontenttype: z.string().max(100).optional(),
  traceparent: z.string().max(100).optional(),
  data: z.record(z.string(), z.unknown()),
});

export type Envelope = z.infer<typeof envelopeSchema>;
