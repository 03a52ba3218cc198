import { z } from 'zod';
import { json, time } from './common.ts';

export const eventSchema = z
  .object({
    sequence: z.int().describe('Place among all events; grows, has gaps.'),
    id: z.string().describe('Stable: repetitions have the same.'),
    type: z.string(),
    scope: z.string().describe('The environment, or @templates and the like.'),
    run: z.string().nullable(),
    address: z.string().nullable(),
    at: time,
    data: z.record(z.string(), json),
  })
  .meta({ id: 'Event', description: 'Something that happened.' });

export const logPieceSchema = z
  .object({
    sequence: z.int().describe('Place in the log of its run; grows, has gaps.'),
    step: z.string().describe('Label of the step.'),
    address: z.string(),
    claim: z.int().describe('Which claim of the step wrote it: 1 for the first.'),
    offset: z.int().describe('Where it begins, in bytes since the first of its claim.'),
    text: z.string(),
  })
  .meta({ id: 'LogPiece', description: "Part of a step's log." });
