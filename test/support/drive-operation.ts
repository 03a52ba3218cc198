import type { Operation, Piece } from './openapi.ts';
import type { Answered, Served } from './served.ts';

/** What parameters and members of bodies are called, and a good value for each. */
export type Values = Readonly<Record<string, unknown>>;

interface Written {
  path: string;
  request: RequestInit;
}

const JSON_BODY = { 'content-type': 'application/json' };

/**
 * The operation with every parameter that it knows, and the first body that it takes. Throws where
 * `values` has none of that name.
 */
export function writeRequest(operation: Operation, values: Values): Written {
  const { method, path, parameters } = operation;
  const [body] = operation.bodies;
  const search = new URLSearchParams();
  const headers = body === undefined ? {} : { ...JSON_BODY };
  let filled = path;
  for (const { name, in: place, required, schema } of parameters) {
    const isLeftOut = Object.hasOwn(values, name) && values[name] === undefined;
    if (place === 'header' || (isLeftOut && !required)) continue;
    const value = String(fitting(name, schema, values));
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    else search.set(name, value);
  }
  const query = search.size === 0 ? '' : `?${search}`;
  const sent = body === undefined ? {} : { body: JSON.stringify(documentOf(body, values)) };
  return { path: filled + query, request: { method, headers, ...sent } };
}

/** Fixtures come first; what a schema tells by itself needs none. */
function fitting(name: string, schema: Piece, values: Values): unknown {
  if (Object.hasOwn(values, name)) return values[name];
  const known = schema.const ?? schema.default ?? schema.enum?.[0];
  if (known !== undefined) return known;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer') return schema.minimum ?? 1;
  throw new Error(`Nothing is known that fits the parameter ${name}: add it to the fixtures.`);
}

/** All members that must be there, and of the others those that `values` names. */
function documentOf(schema: Piece, values: Values): unknown {
  const [told = schema] = schema.anyOf ?? [];
  const required: string[] = told.required ?? [];
  const members = Object.entries<Piece>(told.properties ?? {}).flatMap(([name, member]) => {
    if (!required.includes(name) && !Object.hasOwn(values, name)) return [];
    const isObject = member.type === 'object' && member.properties !== undefined;
    return [[name, isObject ? documentOf(member, values) : fitting(name, member, values)]];
  });
  return Object.fromEntries(members);
}

/** The same request with one parameter after the other that is refused, and how each was answered. */
export async function driveUnfit(
  { ask }: Served,
  operation: Operation,
  { values, unfitFor }: { values: Values; unfitFor(schema: Piece): string | undefined },
): Promise<{ name: string; answer: Answered }[]> {
  const answers = operation.parameters.map(async ({ name, in: place, schema }) => {
    const unfit = name === 'last-event-id' ? undefined : unfitFor(schema);
    if (unfit === undefined) return [];
    const isHeader = place === 'header';
    const written = writeRequest(operation, isHeader ? values : { ...values, [name]: unfit });
    const headers = { ...Object(written.request.headers), ...(isHeader ? { [name]: unfit } : {}) };
    return [{ name, answer: await ask(written.path, { ...written.request, headers }) }];
  });
  return (await Promise.all(answers)).flat();
}
