import { MEASURE_IDS, type MeasureId } from './measures.ts';

/** What a scenario's rounds have found so far. */
export interface Tally {
  /** `n` were looked at, and these were not as they should be. */
  count(measure: MeasureId, n: number, found?: readonly string[]): void;
  /** One measured time. */
  time(measure: MeasureId, durationMs: number): void;
  /** Something happened that the report counts by name, such as a death at one failpoint. */
  happened(what: string): void;
}

/** As the report keeps it. */
export interface Tallied {
  measures: Partial<Record<MeasureId, Counted>>;
  happenings: Record<string, number>;
}

export interface Counted {
  n: number;
  foundCount: number;
  /** The first of them, in words. */
  found: string[];
  timesMs: number[];
}

const FOUND_KEPT_MAX = 20;

export function createTally(): Tally & { result(): Tallied } {
  const counted = new Map<MeasureId, Counted>();
  const happenings = new Map<string, number>();
  const entry = (measure: MeasureId): Counted => {
    const known = counted.get(measure) ?? { n: 0, foundCount: 0, found: [], timesMs: [] };
    counted.set(measure, known);
    return known;
  };
  return {
    count(measure, n, found = []) {
      const { found: kept } = entry(measure);
      entry(measure).n += n;
      entry(measure).foundCount += found.length;
      kept.push(...found.slice(0, FOUND_KEPT_MAX - kept.length));
    },
    time(measure, durationMs) {
      entry(measure).n += 1;
      entry(measure).timesMs.push(Math.round(durationMs));
    },
    happened: (what) => happenings.set(what, (happenings.get(what) ?? 0) + 1),
    result: () => ({
      measures: Object.fromEntries(
        MEASURE_IDS.flatMap((id) => {
          const one = counted.get(id);
          return one === undefined ? [] : [[id, one]];
        }),
      ),
      happenings: Object.fromEntries([...happenings].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
