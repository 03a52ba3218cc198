/** Who leads those that work on one store. */
export interface LeadershipRecord {
  /** Null: it was handed back. */
  holder: string | null;
  isService: boolean;
  /** Raised with every holder. */
  epoch: number;
  sinceMs: number;
}

/** Raised again and again by who leads: one that stands still is of somebody who is gone. */
export interface HeartbeatRecord {
  epoch: number;
  beat: number;
}

export const LEADERSHIP_SCOPE = '@leadership';

/** The key of both: there is one leadership. */
export const LEADERSHIP_KEY = 'leader';

export function beginReign(
  before: LeadershipRecord | undefined,
  { holder, isService }: { holder: string; isService: boolean },
  nowMs: number,
): LeadershipRecord {
  return { holder, isService, epoch: (before?.epoch ?? 0) + 1, sinceMs: nowMs };
}

export function endReign(before: LeadershipRecord): LeadershipRecord {
  return { ...before, holder: null };
}
