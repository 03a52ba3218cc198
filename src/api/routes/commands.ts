import { z } from 'zod';
import { COMMAND_TYPES, type Command, type CommandType } from '../../bus/messages/commands.ts';
import { type Envelope, envelopeSchema } from '../../bus/messages/envelope.ts';
import type { CommandIdentity } from '../../engine/engine.ts';
import { BiotopeError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { ApiContext } from '../frame/context.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { submitCommand } from '../frame/submit.ts';

const SOURCE = 'api';
const tags = ['commands'];

const acceptedSchema = z
  .object({
    source: z.string(),
    id: z.string().describe('With `source` what the command is known by.'),
    type: z.string(),
    repeated: z.boolean().describe('It was accepted before: this is the same answer.'),
    run: z
      .object({ id: z.string(), href: z.string() })
      .nullable()
      .describe('What it began; null where it needs no run.'),
  })
  .meta({ id: 'Accepted', description: 'The command is durable.' });

const headers = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Names the command: sent again under the same key it is done once.'),
});

export function commandRoutes(app: ApiInstance, context: ApiContext): void {
  app.post(
    '/api/v1/commands',
    {
      schema: {
        tags,
        summary: 'Sends a command.',
        description:
          'The body is the same as on the bus: type and data are all that has to be written. ' +
          'Answered once the command is durable, with the address of the run that it began.',
        headers,
        body: envelopeSchema,
        response: { 202: acceptedSchema, ...refusals(400, 404, 409, 413, 415, 422, 503) },
      },
    },
    async ({ body, headers: given }, reply) => {
      const command = { type: knownType(body.type), data: body.data } as Command;
      const identity = identityOf(body, given['idempotency-key'], context);
      return submitCommand(context, reply, { command, identity });
    },
  );
}

function knownType(type: string): CommandType {
  const known = COMMAND_TYPES.find((one) => one === type);
  if (known !== undefined) return known;
  const hint = didYouMean(type, COMMAND_TYPES) ?? `There are ${COMMAND_TYPES.join(', ')}.`;
  throw new BiotopeError('COMMAND_INVALID', {
    message: `No command is called ${JSON.stringify(type)}. ${hint}`,
  });
}

function identityOf(
  { id, source }: Envelope,
  key: string | undefined,
  { ids }: ApiContext,
): CommandIdentity {
  if (id !== undefined && key !== undefined && id !== key) {
    throw new BiotopeError('REQUEST_INVALID', {
      message: 'The header Idempotency-Key and the id in the body differ: write one of them.',
    });
  }
  return { source: source === 'unknown' ? SOURCE : source, id: key ?? id ?? ids() };
}
