import { z } from 'zod';
import { jsonObject } from './json-object.ts';

const text = z.string().min(1).max(2_000);

/** What everybody is told of what was committed: a CloudEvent 1.0 in JSON. */
export const eventSchema = z
  .object({
    specversion: z.literal('1.0').describe('Version of CloudEvents.'),
    id: text
      .regex(/^.+:\d+\.\d+$/)
      .describe(
        'Stable: the same event may come again. Its scope, the number there, the place in it.',
      ),
    source: text.describe('Always /biotope.'),
    type: text.describe('What happened, such as environment.ok.'),
    subject: text.describe('The environment, and with it the address of the resource concerned.'),
    time: z.iso.datetime().describe('When it was committed.'),
    datacontenttype: z.literal('application/json').describe('Always application/json.'),
    data: jsonObject
      .and(
        z.object({
          run: text.nullable().describe('The run that it is part of.'),
          address: text.nullable().describe('Address of the resource concerned.'),
        }),
      )
      .describe('What belongs to it.'),
  })
  .meta({ id: 'Event', description: 'Something happened and is recorded.' });
