import { operationIdOf } from './operation-id.ts';
import { isPart, namedSchemas, openSchemas, type Part, plainSchemas } from './schemas.ts';

const PROBLEM = { $ref: '#/components/schemas/Problem' };
const PROBLEM_CONTENT = { 'application/problem+json': { schema: PROBLEM } };

const ANY_PROBLEM = {
  description: 'Any request may also be refused with a problem that its code tells.',
  content: PROBLEM_CONTENT,
};

const EVENT_STREAM = 'text/event-stream';

const STREAM_SCHEMA = {
  type: 'string',
  description:
    'Server-sent events: `id` is the sequence of an item, `event` its type, `data` the item of the page ' +
    'as JSON. An event `end` says that nothing more comes.',
};

const LAST_EVENT_ID = {
  name: 'last-event-id',
  in: 'header',
  required: false,
  schema: { type: 'integer', minimum: 0 },
  description: 'Of a stream: the `id` that was seen last. It goes on behind that.',
};

const SAYS: Readonly<Record<string, string>> = {
  200: 'What was asked for.',
  202: 'It is durable and will be done.',
  400: 'The request is not understood.',
  404: 'There is no such thing.',
  409: 'What there is does not allow it.',
  413: 'It is too large.',
  415: 'It is not JSON.',
  422: 'It is understood, and cannot be done.',
  503: 'Not now: ask again in a moment.',
};

/** What fastify makes of the routes, as a document that people and programs like to read. */
export function finishDocument<D extends object>(made: D): D {
  const { paths, components, ...rest } = plainSchemas(made) as Part;
  const named = namedSchemas(
    mapMembers(paths, (item, path) =>
      mapMembers(item, (operation, method) => finishOperation(operation as Part, method, path)),
    ),
    Object((components as Part).schemas),
  );
  return {
    ...rest,
    paths: named.paths,
    components: { ...(components as Part), schemas: named.schemas },
  } as unknown as D;
}

function finishOperation(operation: Part, method: string, path: string): Part {
  const responses = mapMembers(operation.responses, (answer, status) =>
    finishAnswer(answer as Part, status),
  );
  const isStream = JSON.stringify(responses).includes(EVENT_STREAM);
  const parameters = [...Object(operation.parameters ?? []), ...(isStream ? [LAST_EVENT_ID] : [])];
  return {
    operationId: operationIdOf(method, path),
    ...operation,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { ...responses, default: ANY_PROBLEM },
  };
}

function finishAnswer({ description, content }: Part, status: string): Part {
  const says = SAYS[status] ?? description;
  if (!isPart(content)) return { description: says };
  const isProblem = Object.values(content).some(
    (media) => isPart(media) && isPart(media.schema) && media.schema.$ref === PROBLEM.$ref,
  );
  if (isProblem) return { description: says, content: PROBLEM_CONTENT };
  const answered = mapMembers(content, (media, type) =>
    type === EVENT_STREAM ? { schema: STREAM_SCHEMA } : openSchemas(media),
  );
  return { description: says, content: answered };
}

function mapMembers(part: unknown, change: (value: unknown, name: string) => unknown): Part {
  return Object.fromEntries(
    Object.entries(Object(part)).map(([name, value]) => [name, change(value, name)]),
  );
}
