import { z } from 'zod';

/**
 * The envelope of commands: CloudEvents 1.0, structured JSON mode. `source` and `id` together are
 * the idempotency key. `data` is checked by the schema of its `type` (commands.ts).
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0').default('1.0').describe('Version of CloudEvents.'),
  id: z.string().min(1).max(200).optional().describe('Its name, once and for ever per source.'),
  source: z.string().min(1).max(200).default('unknown').describe('Who sends it.'),
  type: z.string().min(1).max(100).describe('Which command it is.'),
  time: z.string().max(60).optional().describe('When it was sent.'),
  datacontenttype: z.string().max(100).optional().describe('application/json.'),
  traceparent: z.string().max(100).optional().describe('What it is part of (W3C Trace Context).'),
  data: z.record(z.string(), z.unknown()).describe('What the command carries.'),
});

export type Envelope = z.infer<typeof envelopeSchema>;
