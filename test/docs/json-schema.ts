import { z } from 'zod';

/** A JSON Schema, draft 7: the one that editors know best. */
export type Schema = { [key: string]: unknown };

const HOLDS_EXPRESSION = { type: 'string', pattern: '\\$\\{' };

/** As a person writes it: what has a default may be left out. */
export function jsonSchemaOf(schema: z.ZodType): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    // What only a function can judge is left to the command line.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      allowExpression(jsonSchema);
      leaveOutImpossible(jsonSchema);
    },
  });
  return made;
}

/** `orExpression` marks what it is without an expression. */
function allowExpression(schema: Schema): void {
  const { plain } = schema;
  if (!(plain instanceof z.ZodType)) return;
  delete schema.plain;
  schema.anyOf = [jsonSchemaOf(plain), HOLDS_EXPRESSION];
}

/** Of several possibilities, those that nobody can write: `{ not: {} }`. */
function leaveOutImpossible(schema: Schema): void {
  if (!Array.isArray(schema.anyOf)) return;
  schema.anyOf = schema.anyOf.filter((one) => JSON.stringify(one) !== '{"not":{}}');
}
