import type { Operation } from '../../../src/model/step.ts';
import type { Chronicle } from '../model/chronicle.ts';

/** What there really is under one name. */
export interface Thing {
  /** Canonical text of what it was made from; null: it is half done. */
  spec: string | null;
  /** Somebody else made it, and nobody has taken it over. */
  isForeign: boolean;
  /** Raised by a rotation. */
  version: number;
  /** The step that rotated it last. */
  rotatedBy: string | null;
  outputs: { stamp: string };
}

/** Who is at work on something, and whether he may still believe that it is his. */
export interface Hold {
  key: string;
  operation: Operation;
  worker: string;
  believes(): boolean;
}

/**
 * The world outside, in which effects take place: it outlives every process. It knows who is at work
 * on what, and of what nobody has heard how it ended.
 */
export interface Cloud {
  get(key: string): Thing | undefined;
  keys(): string[];
  /** Things of others, that can be adopted. */
  addForeign(key: string): void;
  begin(hold: Hold): void;
  end(hold: Hold): void;
  /** Who is at work in an environment, and may still believe that it is his to do. */
  atWork(environment: string): Hold[];
  settled(key: string): void;
  /** The first half of an effect, and the whole of it. */
  halve(key: string): void;
  make(key: string, facts: { spec: object; stepId: string; operation: Operation }): void;
  remove(key: string): void;
  /** The program of an action has done what it does. */
  act(stepId: string): void;
  hasActed(stepId: string): boolean;
  /** Somebody changes it, and tells nobody. */
  spoil(key: string): void;
  /** When it was spoilt; undefined: it is as it was made. */
  spoiltAt(key: string): number | undefined;
  /** What is spoilt from now on is spoilt later. */
  moment(): number;
}

export function createCloud(chronicle: Chronicle): Cloud {
  const things = new Map<string, Thing>();
  const holds = new Map<string, Set<Hold>>();
  const dark = new Set<string>();
  const acted = new Set<string>();
  const spoilt = new Map<string, number>();
  let moments = 0;

  function refuseSecond({ key, operation, worker }: Hold): void {
    for (const other of holds.get(key) ?? []) {
      if (!other.believes()) continue;
      chronicle.complain(
        `${worker} begins ${operation} of ${key} while ${other.worker} is at ${other.operation}`,
      );
    }
  }

  return {
    get: (key) => things.get(key),
    keys: () => [...things.keys()],
    addForeign(key) {
      things.set(key, newThing({ isForeign: true }));
    },
    begin(hold) {
      const { key, operation } = hold;
      refuseSecond(hold);
      if (operation !== 'inspect' && operation !== 'look') {
        if (dark.has(key)) chronicle.complain(`${operation} of ${key} without a look first`);
        dark.add(key);
      }
      const known = holds.get(key);
      if (known === undefined) holds.set(key, new Set([hold]));
      else known.add(hold);
    },
    end: (hold) => {
      holds.get(hold.key)?.delete(hold);
    },
    atWork: (environment) =>
      [...holds.values()]
        .flatMap((all) => [...all])
        .filter((hold) => hold.key.startsWith(`${environment}/`) && hold.believes()),
    settled: (key) => {
      dark.delete(key);
    },
    halve(key) {
      spoilt.delete(key);
      const thing = things.get(key) ?? newThing({});
      things.set(key, { ...thing, spec: null, isForeign: false });
    },
    make(key, { spec, stepId, operation }) {
      spoilt.delete(key);
      const thing = things.get(key) ?? newThing({});
      const rotates = operation === 'rotate' && thing.rotatedBy !== stepId;
      const version = thing.version + Number(rotates);
      const text = canonical(spec);
      things.set(key, {
        spec: text,
        isForeign: false,
        version,
        rotatedBy: rotates ? stepId : thing.rotatedBy,
        outputs: { stamp: stampOf(text, version) },
      });
    },
    remove: (key) => {
      spoilt.delete(key);
      things.delete(key);
    },
    act: (stepId) => {
      if (acted.has(stepId)) chronicle.complain(`${stepId} is done a second time`);
      acted.add(stepId);
    },
    hasActed: (stepId) => acted.has(stepId),
    spoil(key) {
      const thing = things.get(key);
      if (thing === undefined || thing.isForeign || thing.spec === null) return;
      moments += 1;
      spoilt.set(key, moments);
      things.set(key, { ...thing, spec: 'spoilt' });
    },
    spoiltAt: (key) => spoilt.get(key),
    moment: () => moments,
  };
}

function newThing(facts: Partial<Thing>): Thing {
  return {
    spec: null,
    isForeign: false,
    version: 1,
    rotatedBy: null,
    outputs: { stamp: '' },
    ...facts,
  };
}

/** What a thing says of itself: another text whenever it is made from something else. */
export function stampOf(spec: string, version: number): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < spec.length; at += 1) {
    hash = Math.imul(hash ^ spec.charCodeAt(at), 0x01000193);
  }
  return `${version}-${(hash >>> 0).toString(36)}`;
}

/** One text for equal values. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.join(',')}}`;
}
