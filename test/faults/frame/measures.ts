/** What is counted over all rounds, and what has to hold of it. */
interface Measured {
  title: string;
  /** What N counts. */
  of: string;
  /** Of measured times: what their 99th percentile may be at most. Otherwise nothing may be found. */
  p99MsMax?: number;
}

/** As configured by default: another process waits this long for a silent one. */
const LEASE_MS = 15_000;

export const MEASURES = {
  rounds: { title: 'Rounds that went another way than the scenario tells', of: 'rounds' },
  'accepted-lost': { title: 'Accepted commands lost', of: 'accepted commands' },
  duplicates: { title: 'Effects of a unique name made twice, or beside each other', of: 'effects' },
  unfinished: { title: 'Runs neither finished nor resumable', of: 'runs' },
  orphans: { title: 'Children of an executor without a live order', of: 'rounds' },
  'stale-locks': { title: 'Locks and process records that stay behind', of: 'rounds' },
  'silent-states': { title: 'States without their event', of: 'states' },
  'unseen-events': { title: 'Events that a subscriber of the broker never saw', of: 'events' },
  gaps: { title: 'Gaps in the feed of changes', of: 'changes' },
  'wrong-unlock': { title: 'Locks taken from a holder that lives', of: 'tries' },
  'stale-epoch': { title: 'Writes of a stale epoch that were accepted', of: 'pauses' },
  'sigterm-idle': { title: 'SIGTERM to the exit, idle', of: 'exits', p99MsMax: 2_000 },
  'sigterm-apply': {
    title: 'SIGTERM to the exit during an apply, with a grace of 5 s',
    of: 'exits',
    p99MsMax: 5_000,
  },
  resume: { title: 'Resumption after a kill', of: 'resumptions', p99MsMax: 10_000 + LEASE_MS },
} as const satisfies Record<string, Measured>;

export type MeasureId = keyof typeof MEASURES;

export const MEASURE_IDS = Object.keys(MEASURES) as MeasureId[];

export function measured(id: MeasureId): Measured {
  return MEASURES[id];
}
