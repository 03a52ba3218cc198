import type { Chance } from '../world/chance.ts';
import { type Blueprint, nameOf, type Part } from './blueprint.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const PARTS_MAX = 4;

/** Versions of one template: each was changed into the next as people change templates. */
export function drawBlueprints(chance: Chance): Blueprint[] {
  const drawing = { chance, kinds: new Map(NAMES.map((name) => [name, drawKind(chance)])) };
  const drafts = [firstParts(drawing)];
  const versions = 2 + Number(chance.in100(40));
  while (drafts.length < versions) drafts.push(vary(drawing, drafts.at(-1) ?? []));
  return drafts.map((parts, at) => ({ version: `${at + 1}.0.0`, parts: connect(chance, parts) }));
}

/**
 * The one with which everything can be taken down: all parts there ever were, protected by nobody.
 * Whoever was protected by another version has to be found in it.
 */
export function unguarded(blueprints: readonly Blueprint[]): Blueprint {
  const parts = new Map(blueprints.flatMap((one) => one.parts).map((part) => [part.id, part]));
  const bare = [...parts.values()].map(
    (part): Part => ({
      ...part,
      count: countedIn(blueprints, part.id) ? COPIES_MAX : null,
      needs: [],
      reads: [],
      protect: false,
      movedFrom: [],
      isAsked: false,
      isKept: false,
    }),
  );
  return { version: '9.0.0', parts: bare };
}

export const COPIES_MAX = 2;

function countedIn(blueprints: readonly Blueprint[], id: string): boolean {
  return blueprints.some(({ parts }) =>
    parts.some((part) => part.id === id && part.count !== null),
  );
}

interface Drawing {
  chance: Chance;
  /** Of each name, in every version: no resource can change its executor. */
  kinds: ReadonlyMap<string, Part['kind']>;
}

function drawKind(chance: Chance): Part['kind'] {
  if (chance.in100(10)) return 'external';
  return chance.in100(12) ? 'blind' : 'thing';
}

function firstParts(drawing: Drawing): Part[] {
  const { chance } = drawing;
  const hasNested = chance.in100(35);
  const names = NAMES.slice(0, 2 + chance.below(PARTS_MAX - 1));
  return names.map((name) => drawPart(drawing, name, hasNested));
}

function drawPart({ chance, kinds }: Drawing, name: string, hasNested: boolean): Part {
  const kind = kinds.get(name) ?? 'thing';
  const isInside = hasNested && kind !== 'external' && chance.in100(50);
  return {
    id: isInside ? `sub/${name}` : name,
    prefix: isInside ? 'sub' : '',
    kind,
    count: kind === 'external' ? null : drawCount(chance, isInside),
    needs: [],
    reads: [],
    size: 1,
    usesText: kind !== 'external' && chance.in100(35),
    protect: drawProtection(chance, isInside, kind),
    movedFrom: [],
    isAsked: kind !== 'external' && chance.in100(15),
    isKept: kind === 'thing' && chance.in100(30),
  };
}

function drawCount(chance: Chance, isInside: boolean): Part['count'] {
  if (chance.in100(70)) return null;
  return !isInside && chance.in100(40) ? 'copies' : chance.below(COPIES_MAX + 1);
}

function drawProtection(chance: Chance, isInside: boolean, kind: Part['kind']): Part['protect'] {
  if (kind === 'external') return false;
  if (!isInside && chance.in100(6)) return 'guard';
  return chance.in100(4);
}

function vary(drawing: Drawing, before: readonly Part[]): Part[] {
  const { chance } = drawing;
  const kept = before.filter(() => !chance.in100(15)).map((part) => change(chance, part));
  const used = new Set([...before, ...kept].map(nameOf));
  const fresh = NAMES.find((name) => !used.has(name));
  const hasNested = before.some(({ prefix }) => prefix === 'sub');
  if (fresh === undefined || !chance.in100(50)) return kept;
  return [...kept, drawPart(drawing, fresh, hasNested)];
}

/** A name that was changed has an `x`, or has it no more. */
function change(chance: Chance, part: Part): Part {
  const size = part.size + Number(chance.in100(25));
  const isInside = part.prefix === 'sub';
  const count =
    part.kind !== 'external' && chance.in100(15) ? drawCount(chance, isInside) : part.count;
  const protect = chance.in100(10) ? drawProtection(chance, isInside, part.kind) : part.protect;
  const changed = { ...part, size, count, protect, movedFrom: [] };
  if (!chance.in100(18)) return changed;
  const id = part.id.endsWith('x') ? part.id.slice(0, -1) : `${part.id}x`;
  return { ...changed, id, movedFrom: [part.id] };
}

/**
 * In an order of their own, so that a version may turn the edges of another one round. What is nested
 * behaves as one: it begins when all that it is given is there, and what needs it waits for all of it.
 */
function connect(chance: Chance, parts: readonly Part[]): Part[] {
  const outer = chance.shuffle(parts.filter(({ prefix }) => prefix === ''));
  const inner = chance.shuffle(parts.filter(({ prefix }) => prefix !== ''));
  const given = chance.below(outer.length + 1);
  const first = chain(chance, outer.slice(0, given), []);
  const inside = chain(chance, inner, []);
  const needed = new Set(inside.flatMap(({ needs }) => needs));
  const givenIds = first.filter(() => chance.in100(40)).map(({ id }) => id);
  const nested = inside.map((part) =>
    part.needs.length === 0 ? { ...part, needs: [...givenIds].sort() } : part,
  );
  const whole = { parts: nested, ends: inside.filter(({ id }) => !needed.has(id)) };
  return [...first, ...nested, ...chain(chance, outer.slice(given), first, whole)];
}

interface Nested {
  parts: Part[];
  ends: Part[];
}

/** Each may need those before it, and the nested ones as a whole. */
function chain(
  chance: Chance,
  parts: readonly Part[],
  before: readonly Part[],
  nested: Nested = { parts: [], ends: [] },
): Part[] {
  const chained: Part[] = [];
  for (const part of parts) {
    const isExternal = part.kind === 'external';
    const own = [...before, ...chained].filter(() => !isExternal && chance.in100(40));
    const isAfterNested = !isExternal && nested.parts.length > 0 && chance.in100(45);
    const ends = isAfterNested ? nested.ends : [];
    const readable = [
      ...own.filter(({ count }) => count !== 0),
      ...(isAfterNested ? nested.parts.filter(({ count }) => count === null) : []),
    ];
    const needs = [...own, ...ends].map(({ id }) => id).sort();
    const reads = readable.filter(() => chance.in100(60)).map(({ id }) => id);
    chained.push({ ...part, needs, reads: reads.sort() });
  }
  return chained;
}
