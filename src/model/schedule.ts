/** When an environment is reconciled by itself. */
export interface ReconcileSchedule {
  /** A cron expression of five fields. */
  schedule: string;
  /** IANA name. */
  timeZone: string;
  /** Null: what has drifted is healed where the template says so. */
  heal: boolean | null;
}

/** What is in force in an environment. */
export interface Reconciling {
  /** Null: it is not reconciled by itself. */
  schedule: ReconcileSchedule | null;
  /** A command said so; otherwise it is the template's, and changes with it. */
  isOwn: boolean;
}

/** What a command says: `never`, whatever the template says; null: what the template says. */
export type WantedSchedule = ReconcileSchedule | 'never' | null;

/** Undefined: nothing was said, and what a command had said before goes on. */
export function reconcilingAfter(
  wanted: WantedSchedule | undefined,
  before: Reconciling | null,
  ofTemplate: ReconcileSchedule | null,
): Reconciling {
  if (wanted === 'never') return { schedule: null, isOwn: true };
  if (wanted !== undefined && wanted !== null) return { schedule: wanted, isOwn: true };
  if (wanted === undefined && before?.isOwn === true) return before;
  return { schedule: ofTemplate, isOwn: false };
}
