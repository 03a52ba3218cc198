import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Pieces of a document, for a test to look into. */
export type Piece = ReturnType<JSON['parse']>;

export interface Operation {
  id: string;
  method: string;
  /** `/api/v1/environments/{name}` */
  path: string;
  parameters: Piece[];
  /** Schemas of the bodies that it takes: one, one for each kind of it, or none. */
  bodies: Piece[];
  responses: Piece;
}

export function operationsOf(document: Piece): Operation[] {
  return Object.entries<Piece>(document.paths).flatMap(([path, item]) =>
    Object.entries<Piece>(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      bodies: bodiesOf(document, operation.requestBody?.content['application/json'].schema),
      responses: operation.responses,
    })),
  );
}

function bodiesOf(document: Piece, schema: Piece): Piece[] {
  if (schema === undefined) return [];
  const kinds: Piece[] = schema.oneOf ?? [schema];
  return kinds.map((kind) => {
    if (kind.$ref === undefined) return kind;
    return document.components.schemas[kind.$ref.split('/').at(-1)];
  });
}

/** Judges answers by the document, strictly: a member that it does not name is a fault as well. */
export interface AnswerCheck {
  /** Faults; none: it is as the document says. */
  faultsOf(
    operation: Operation,
    answer: { status: number; contentType: string; body: unknown },
  ): string[];
}

const DOCUMENT = 'openapi.json';

export function createAnswerCheck(document: Piece): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(closed(document), DOCUMENT);
  const checks = new Map<string, ValidateFunction>();
  const checkAt = (pointer: string): ValidateFunction => {
    const check = checks.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
    checks.set(pointer, check);
    return check;
  };
  return {
    faultsOf: ({ method, path, responses }, { status, contentType, body }) => {
      const told = Object.hasOwn(responses, status) ? String(status) : 'default';
      const media = contentType.split(';', 1).join('');
      if (responses[told].content?.[media] === undefined) {
        return [`${status} is not answered with ${media}`];
      }
      const place = ['paths', path, method.toLowerCase(), 'responses', told, 'content', media];
      const validate = checkAt([...place, 'schema'].map(escaped).join('/'));
      if (validate(body)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${status} ${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Schemas that say which members there are, and nothing of others, have no others. */
function closed(piece: Piece): Piece {
  if (Array.isArray(piece)) return piece.map(closed);
  if (typeof piece !== 'object' || piece === null) return piece;
  const inside = Object.fromEntries(
    Object.entries(piece).map(([name, one]) => [name, closed(one)]),
  );
  const isOpen = piece.type === 'object' && 'properties' in piece;
  return isOpen && !('additionalProperties' in piece)
    ? { ...inside, additionalProperties: false }
    : inside;
}

/** A value that the schema of a parameter refuses; undefined where it takes any text. */
export function unfitFor(schema: Piece): string | undefined {
  if (schema.type === 'integer' || schema.type === 'number') return 'many';
  if (schema.type === 'boolean') return 'perhaps';
  if (schema.enum !== undefined || schema.format !== undefined) return 'no-such-thing';
  return schema.maxLength === undefined ? undefined : 'x'.repeat(schema.maxLength + 1);
}
