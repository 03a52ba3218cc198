import { z } from 'zod';
import { jsonObject } from '../../bus/messages/json-object.ts';
import { orderSchema } from '../../bus/messages/orders.ts';
import type { Grant } from '../../model/order.ts';
import type { BundleRecord } from '../../model/template.ts';

/** What a desk answers over the API. */
const grant: z.ZodType<Grant> = z.object({
  order: orderSchema,
  label: z.string(),
  identity: z.string(),
  executor: z.string(),
  claimToken: z.string().min(1),
  claimNumber: z.int().min(1),
  leaseMs: z.number().positive(),
  timeoutMs: z.number().positive(),
  bundleDigest: z.string(),
  spec: jsonObject,
  adopt: jsonObject.nullable(),
  approvedLosses: z.array(z.string()).nullable(),
  prior: z
    .object({
      spec: jsonObject,
      record: jsonObject.nullable(),
      outputs: jsonObject,
      sealedState: z.string().nullable(),
    })
    .nullable(),
});

const bundle: z.ZodType<BundleRecord> = z.object({
  digest: z.string(),
  files: z.array(
    z.object({ path: z.string(), executable: z.boolean(), contentBase64: z.string() }),
  ),
});

export const ANSWERS = {
  claim: z.object({ grant: grant.nullable() }),
  heartbeat: z.object({ answer: z.enum(['go-on', 'cancel', 'stop']) }),
  kept: z.object({}),
  report: z.object({ answer: z.enum(['recorded', 'refused']) }),
  recorded: z.object({ answer: z.boolean() }),
  bundle,
};
