/** What has been done about a planned end. Another end begins anew. */
export interface Expiry {
  /** The end that all of this is about. */
  plannedAtMs: number;
  /** When it was planned: a warning whose time was over by then is none. */
  setAtMs: number;
  /** How long before the end the last warning was due that was told; null: none was. */
  warnedBeforeMs: number | null;
  /** How often a destruction was begun for it. */
  attempts: number;
  /** The last one; null: there was none, or it was refused. */
  runId: string | null;
  /** Not before this time another one. */
  nextAttemptAtMs: number | null;
  /** Why it does not end by itself. */
  obstacle: ExpiryObstacle | null;
}

export type ExpiryObstacle =
  /** It, or one of its resources, refuses to be removed. */
  | 'protected'
  /** Destroying it failed too often. */
  | 'given-up';

/** Of an environment. */
interface Ending {
  status: string;
  createdAtMs: number;
  plannedDestructionAtMs: number | null;
  expiry?: Expiry | null;
}

/** Null for what is to stay, or is gone. */
export function expiryOf(environment: Ending): Expiry | null {
  const { status, createdAtMs, plannedDestructionAtMs: plannedAtMs, expiry = null } = environment;
  if (plannedAtMs === null || status === 'destroyed') return null;
  return expiry?.plannedAtMs === plannedAtMs ? expiry : plannedExpiry(plannedAtMs, createdAtMs);
}

export function plannedExpiry(plannedAtMs: number, setAtMs: number): Expiry {
  return {
    plannedAtMs,
    setAtMs,
    warnedBeforeMs: null,
    attempts: 0,
    runId: null,
    nextAttemptAtMs: null,
    obstacle: null,
  };
}
