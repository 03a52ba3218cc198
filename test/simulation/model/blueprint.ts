/**
 * Templates as the model knows them: nothing but parts and what each needs. `render.ts` writes them
 * down as templates; what has to come of them is worked out here without any of the engine's code.
 */
export interface Part {
  /** Behind its prefix: `a`, `sub/a`. */
  id: string;
  prefix: '' | 'sub';
  /** `blind`: its executor cannot find out how a lost attempt ended. */
  kind: 'thing' | 'blind' | 'external';
  /** `copies`: as many as the parameter says. Null: one, without an index. */
  count: number | 'copies' | null;
  /** Ids of what comes before it. */
  needs: string[];
  /** Those of them whose outputs it is made from. */
  reads: string[];
  size: number;
  /** Made from the parameter `text`. */
  usesText: boolean;
  /** `guard`: where the parameter says so. */
  protect: boolean | 'guard';
  movedFrom: string[];
  /** Is healed unasked. */
  isKept: boolean;
  /** Has a status endpoint. */
  isAsked: boolean;
}

export interface Blueprint {
  version: string;
  parts: Part[];
}

export interface Parameters {
  text: string;
  copies: number;
  guard: boolean;
}

export const DEFAULTS: Parameters = { text: 'one', copies: 1, guard: false };

/** One resource that a blueprint asks for. */
export interface Wanted {
  address: string;
  label: string;
  part: Part;
  protect: boolean;
  /** Addresses. */
  needs: string[];
}

export function expand({ parts }: Blueprint, parameters: Parameters): Map<string, Wanted> {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const wanted = new Map<string, Wanted>();

  /** Through what there is none of. */
  function needed({ needs }: Part): string[] {
    const all = needs.flatMap((id) => {
      const part = byId.get(id);
      if (part === undefined) return [];
      const own = addressesOf(part, parameters);
      return own.length > 0 ? own : needed(part);
    });
    return [...new Set(all)];
  }

  for (const part of parts) {
    const needs = needed(part);
    const protect = part.protect === 'guard' ? parameters.guard : part.protect;
    for (const address of addressesOf(part, parameters)) {
      const label = part.count === null ? part.id : address;
      wanted.set(address, { address, label, part, protect, needs });
    }
  }
  return wanted;
}

function addressesOf({ id, count }: Part, { copies }: Parameters): string[] {
  const many = count === 'copies' ? copies : (count ?? 1);
  return Array.from({ length: many }, (_, index) => `${id}[${index}]`);
}

/** Its name inside its template. */
export function nameOf({ id, prefix }: Pick<Part, 'id' | 'prefix'>): string {
  return prefix === '' ? id : id.slice(prefix.length + 1);
}

/** What a part is to be made from; `stampOf` tells the newest output of another resource. */
export function specOf(
  { part }: Wanted,
  {
    blueprint,
    parameters,
    stampOf,
  }: { blueprint: Blueprint; parameters: Parameters; stampOf(address: string): string },
): object {
  const outputs = { stamp: externalStamp(part) };
  if (part.kind === 'external') return { name: nameOf(part), outputs, endpoints: [] };
  const reads: Record<string, string | string[]> = {};
  for (const id of part.reads) {
    const source = blueprint.parts.find((one) => one.id === id);
    if (source === undefined) continue;
    const stamps = addressesOf(source, parameters).map(stampOf);
    reads[nameOf(source)] = source.count === null ? (stamps[0] ?? '') : stamps;
  }
  const text = part.usesText ? { text: parameters.text } : {};
  return { size: part.size, ...text, reads };
}

/** What others own says this of itself, whoever asks. */
export function externalStamp({ size }: Part): string {
  return `external-${size}`;
}
