import { COMMAND_TYPES, type Command, type CommandType } from '../../bus/messages/commands.ts';
import { type Envelope, envelopeSchema } from '../../bus/messages/envelope.ts';
import { BiotopeError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import {
  acceptedSchema,
  commandHeaders,
  type GivenIdentity,
  submitCommand,
} from '../frame/submit.ts';

const tags = ['commands'];

export function commandRoutes(app: ApiInstance, context: RouteContext): void {
  app.post(
    '/api/v1/commands',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Sends a command.',
        description:
          'The body is the same as on the bus: type and data are all that has to be written. ' +
          'Answered once the command is durable, with the address of the run that it began.',
        headers: commandHeaders,
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
  { id, source, traceparent }: Envelope,
  key: string | undefined,
  { ids }: RouteContext,
): GivenIdentity {
  if (id !== undefined && key !== undefined && id !== key) {
    throw new BiotopeError('REQUEST_INVALID', {
      message: 'The header Idempotency-Key and the id in the body differ: write one of them.',
    });
  }
  return { source: source === 'unknown' ? undefined : source, id: key ?? id ?? ids(), traceparent };
}
