import { z } from 'zod';
import { commandSchemas } from '../../src/bus/messages/commands.ts';
import { envelopeSchema } from '../../src/bus/messages/envelope.ts';
import { jsonSchemaOf, type Schema } from './json-schema.ts';

/** Every command in its envelope. */
export function commandJsonSchema(): Schema {
  const commands = Object.entries(commandSchemas).map(([type, data]) =>
    envelopeSchema.extend({
      type: z.literal(type).describe('Which command it is.'),
      data: data.describe('What the command carries.'),
    }),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Command of Biotope',
    ...jsonSchemaOf(z.union(commands)),
  };
}
