import { z } from 'zod';
import { COMMAND_TYPES, type CommandType, commandSchemas } from '../../bus/messages/commands.ts';
import { envelopeSchema } from '../../bus/messages/envelope.ts';

/** `environment.create` -> `EnvironmentCreateCommand` */
function nameOf(type: CommandType): string {
  const words = type.split(/[.-]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${words.join('')}Command`;
}

function bodyOf(type: CommandType) {
  return envelopeSchema
    .extend({
      type: z.literal(type).describe('Which command it is.'),
      data: commandSchemas[type],
    })
    .meta({ id: nameOf(type), description: `Carries ${type}.` });
}

const [first, ...others] = COMMAND_TYPES.map(bodyOf) as [
  ReturnType<typeof bodyOf>,
  ...ReturnType<typeof bodyOf>[],
];

/** Every command in its envelope, told apart by `type`; only described by it, checked by intake. */
export const commandBodySchema = z.discriminatedUnion('type', [first, ...others]).meta({
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(
      COMMAND_TYPES.map((type) => [type, `#/components/schemas/${nameOf(type)}`]),
    ),
  },
});
