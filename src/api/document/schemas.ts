/** Any piece of the document. */
export type Part = { [name: string]: unknown };

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const REFERENCE = '#/components/schemas/';
const JSON_NAME = 'Json';

/** What zod calls the only schemas of ours that hold themselves: any JSON. */
const JSON_REFERENCE = /^#\/components\/schemas\/(?:__shared#\/\$defs\/)?schema\d+$/;

/** Without what zod writes for itself, and says nothing to a reader. */
export function plainSchemas(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainSchemas);
  if (!isPart(value)) return value;
  const plain = Object.entries(value).filter((entry) => !isNoise(entry, value));
  return Object.fromEntries(plain.map(([name, one]) => [name, plainMember(name, one)]));
}

function plainMember(name: string, value: unknown): unknown {
  const isJson = name === '$ref' && typeof value === 'string' && JSON_REFERENCE.test(value);
  return isJson ? REFERENCE + JSON_NAME : plainSchemas(value);
}

function isNoise([name, value]: [string, unknown], { format }: Part): boolean {
  if (name === 'minimum' || name === 'maximum') return Math.abs(Number(value)) === SAFE_MAX;
  if (name === 'pattern') return format === 'date-time';
  return name === 'propertyNames' && isPart(value) && Object.keys(value).join() === 'type';
}

const SAFE_MAX = Number.MAX_SAFE_INTEGER;

/** In answers: members may be added one day, and nobody may mind. */
export function openSchemas(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openSchemas);
  if (!isPart(value)) return value;
  const open = Object.entries(value).filter(
    ([name, one]) => name !== 'additionalProperties' || one !== false,
  );
  return Object.fromEntries(open.map(([name, one]) => [name, openSchemas(one)]));
}

/**
 * The schemas that `used` leads to. Each is made twice, as it is sent and as it is answered (`Input`
 * behind its name): what is used one way only has the plain name.
 */
export function namedSchemas(paths: Part, schemas: Part): { paths: Part; schemas: Part } {
  const known: Part = { ...schemas, [JSON_NAME]: { description: 'Any JSON value.' } };
  const used = reachable(paths, known);
  const names = new Map(
    [...used].map((name) => {
      const plain = name.replace(/Input$/, '');
      return [name, used.has(plain) ? name : plain];
    }),
  );
  const renamed = (value: unknown) => renameReferences(value, names) as Part;
  const kept = [...names].map(([name, plain]) => {
    const isSent = name.endsWith('Input');
    return [plain, renamed(isSent ? known[name] : openSchemas(known[name]))] as const;
  });
  return {
    paths: renamed(paths),
    schemas: Object.fromEntries(kept.toSorted(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function reachable(from: unknown, schemas: Part): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, one] of Object.entries(value)) {
      const target = name === '$ref' ? nameIn(one) : undefined;
      if (target === undefined || found.has(target)) visit(one);
      else {
        found.add(target);
        visit(schemas[target]);
      }
    }
  };
  visit(from);
  return found;
}

function nameIn(reference: unknown): string | undefined {
  const isOurs = typeof reference === 'string' && reference.startsWith(REFERENCE);
  return isOurs ? reference.slice(REFERENCE.length) : undefined;
}

function renameReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => renameReferences(one, names));
  if (!isPart(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const target = name === '$ref' ? nameIn(one) : undefined;
      if (target === undefined) return [name, renameReferences(one, names)];
      return [name, REFERENCE + (names.get(target) ?? target)];
    }),
  );
}
