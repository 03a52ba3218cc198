import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../model/errors.ts';
import type { Remains, Report } from '../../model/order.ts';
import type { Failure } from '../../model/run.ts';
import { jsonObject } from './json-object.ts';

/** How a worker says that a step ended. */
const text = z.string();

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

const failure: z.ZodType<Failure> = z.object({
  code: z.enum(codes),
  message: text.max(20_000),
  detail: text.max(200_000).nullable(),
  address: text.max(1_000).nullable(),
});

const remains = {
  record: jsonObject.nullable(),
  parts: z.array(z.object({ address: text, type: text, dependsOn: z.array(text) })),
  sealedState: text.nullable().describe('Of the executor; only whoever holds the key opens it.'),
};

const left: z.ZodType<Remains | null> = z.object(remains).nullable();

const finding = z.enum(['present', 'absent', 'partial']);

const differences = z
  .array(
    z.object({
      subject: text,
      kind: z.enum(['changed', 'missing', 'extra']),
      detail: text,
      path: text.exactOptional(),
    }),
  )
  .max(10_000);

const losses = z
  .array(
    z.object({
      subject: text,
      action: z.enum(['replace', 'delete']),
      lines: z.array(text).max(1_000),
    }),
  )
  .max(1_000);

export const reportSchema: z.ZodType<Report> = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('applied'), outputs: jsonObject, ...remains }),
    z.object({ kind: z.literal('destroyed') }),
    z.object({
      kind: z.literal('inspected'),
      finding,
      differences,
      outputs: jsonObject,
      ...remains,
    }),
    z.object({ kind: z.literal('looked'), finding, differences }),
    z.object({ kind: z.literal('failed'), failure, retryable: z.boolean(), remains: left }),
    z.object({ kind: z.literal('cancelled'), remains: left }),
    z.object({ kind: z.literal('held'), losses }),
    z.object({ kind: z.literal('unknown'), failure, remains: left }),
  ])
  .meta({ id: 'Report', description: 'How a step ended.' });
