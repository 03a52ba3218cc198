import { didYouMean, nearest } from '../nearest.ts';

/** A way from a root (`resources`, `parameters`, …) inwards; null: any member, known only later. */
export type Path = readonly (string | number | null)[];

/** What an expression reads. `offset`: where in the expression. */
export type Reference =
  | {
      kind: 'resource';
      id: string;
      /** Which of them: a number, `each` (all, one by one or as a list), or `only` (no list). */
      which: number | 'each' | 'only';
      /** The output it reads; null: all of them. */
      output: string | null;
      offset: number;
    }
  /** Members of a group. `field` null: all that is known of them. */
  | {
      kind: 'group';
      name: string;
      field: 'id' | 'index' | 'outputs' | null;
      output: string | null;
      offset: number;
    }
  /** `name` null: all of them. */
  | { kind: 'parameter'; name: string | null; offset: number }
  | { kind: 'environment'; field: string | null; offset: number }
  | { kind: 'self'; field: 'id' | 'index' | 'outputs'; output: string | null; offset: number };

export const ROOTS = ['resources', 'parameters', 'environment', 'groups', 'self'] as const;

const ENVIRONMENT_FIELDS = ['name', 'description', 'tags'];

export interface ReferenceFault {
  reason: string;
  suggestion: string | null;
}

/** Reads a path as a reference; a fault where no such thing can be referred to. */
export function toReference(path: Path, offset: number): Reference | ReferenceFault {
  switch (path[0]) {
    case 'resources':
      return resourceReference(path, offset);
    case 'groups':
      return groupReference(path, offset);
    case 'parameters': {
      const name = path[1];
      return { kind: 'parameter', name: typeof name === 'string' ? name : null, offset };
    }
    case 'environment':
      return environmentReference(path[1], offset);
    default:
      return selfReference(path, offset);
  }
}

export function isFault(found: Reference | ReferenceFault): found is ReferenceFault {
  return 'reason' in found;
}

function resourceReference([, id, ...rest]: Path, offset: number): Reference | ReferenceFault {
  if (typeof id !== 'string') {
    return {
      reason: 'which resource is meant must be known before a run: "resources" needs a fixed id',
      suggestion: 'Write resources.<id>, for example resources.database.outputs.url.',
    };
  }
  const base = { kind: 'resource', id, offset } as const;
  if (rest.length === 0) return { ...base, which: 'each', output: null };
  const [index, ...inner] = typeof rest[0] === 'string' ? ['only' as const, ...rest] : rest;
  const which = index === null || index === undefined ? 'each' : index;
  if (inner.length === 0) return { ...base, which: whichOf(which), output: null };
  if (inner[0] !== 'outputs') {
    return {
      reason: `a resource has "outputs", but no ${JSON.stringify(String(inner[0] ?? 'index'))}`,
      suggestion: `Write ${resourcePath(id, which)}.outputs.${meantOutput(inner)}.`,
    };
  }
  const output = typeof inner[1] === 'string' ? inner[1] : null;
  return { ...base, which: whichOf(which), output };
}

const MEMBER_FIELDS = ['id', 'index', 'outputs'] as const;

function groupReference(
  [, name, , field, output]: Path,
  offset: number,
): Reference | ReferenceFault {
  if (typeof name !== 'string') {
    return {
      reason: 'which group is meant must be known before a run: "groups" needs a fixed name',
      suggestion: 'Write groups.<name>, for example groups.web.map(r, r.outputs.url).',
    };
  }
  const known = MEMBER_FIELDS.find((one) => one === field) ?? null;
  if (typeof field === 'string' && known === null) {
    return {
      reason: `a member of a group has "id", "index" and "outputs", but no ${JSON.stringify(field)}`,
      suggestion: `Write for example groups.${name}.map(r, r.outputs.${field}).`,
    };
  }
  const read = known === 'outputs' && typeof output === 'string' ? output : null;
  return { kind: 'group', name, field: known, output: read, offset };
}

/** After a mistyped "outputs" comes the name; what leads into a nested template names no output. */
function meantOutput([first, second]: Path): string {
  if (second === undefined) return String(first ?? '<name>');
  const isMistyped = typeof first === 'string' && nearest(first, ['outputs']) !== undefined;
  return isMistyped && typeof second === 'string' ? second : '<name>';
}

function whichOf(which: string | number): number | 'each' | 'only' {
  if (typeof which === 'number') return which;
  return which === 'only' ? 'only' : 'each';
}

function resourcePath(id: string, which: string | number): string {
  const name = /^[A-Za-z_]\w*$/.test(id) ? `resources.${id}` : `resources[${JSON.stringify(id)}]`;
  return typeof which === 'number' ? `${name}[${which}]` : name;
}

function environmentReference(
  field: string | number | null | undefined,
  offset: number,
): Reference | ReferenceFault {
  if (field === undefined || field === null) return { kind: 'environment', field: null, offset };
  if (typeof field === 'string' && ENVIRONMENT_FIELDS.includes(field)) {
    return { kind: 'environment', field, offset };
  }
  return {
    reason: `an environment has no ${JSON.stringify(String(field))}`,
    suggestion:
      didYouMean(String(field), ENVIRONMENT_FIELDS) ?? `It has ${ENVIRONMENT_FIELDS.join(', ')}.`,
  };
}

function selfReference([, field, output]: Path, offset: number): Reference | ReferenceFault {
  if (field === 'index' || field === 'id') return { kind: 'self', field, output: null, offset };
  if (field === 'outputs') {
    return { kind: 'self', field, output: typeof output === 'string' ? output : null, offset };
  }
  return {
    reason: '"self" has "outputs", "id" and "index" only',
    suggestion:
      typeof field === 'string' ? `Write self.outputs.${field}.` : 'Write self.outputs.<name>.',
  };
}

const USUAL_MISTAKES: ReadonlyMap<string, (typeof ROOTS)[number]> = new Map([
  ['resource', 'resources'],
  ['res', 'resources'],
  ['module', 'resources'],
  ['param', 'parameters'],
  ['params', 'parameters'],
  ['parameter', 'parameters'],
  ['input', 'parameters'],
  ['inputs', 'parameters'],
  ['var', 'parameters'],
  ['vars', 'parameters'],
  ['variables', 'parameters'],
  ['values', 'parameters'],
  ['group', 'groups'],
  ['env', 'environment'],
  ['this', 'self'],
]);

/** What a name that is nothing may have been meant for. */
export function suggestRoot(name: string): string {
  const meant = USUAL_MISTAKES.get(name) ?? nearest(name, ROOTS);
  if (meant !== undefined)
    return `Write ${JSON.stringify(meant)} instead of ${JSON.stringify(name)}.`;
  return `An expression can refer to ${ROOTS.slice(0, 4).join(', ')} and, where it is about the resource itself, self.`;
}
