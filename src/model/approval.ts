/** Who wants people to look at a run's plan before anything of it is done. */
export type ApprovalSource = 'command' | 'environment' | 'template';

/**
 * Why people are asked. `stale`: what the plan before rested on has changed, and with it the plan.
 * `steps`: in the middle of the run, what some steps would replace or remove is known by now.
 */
export type ApprovalCause = 'plan' | 'stale' | 'steps';

/** An approval that a run needs, from the command that asks for it to the one that gives it. */
export interface RunApproval {
  requiredBy: ApprovalSource;
  cause: ApprovalCause;
  /** Digest of what people are asked about now: see PlanRecord. Null: it is not planned yet. */
  plan: string | null;
  askedAtMs: number | null;
  /** The plan that somebody said yes to. Null: nobody has, or it was another plan. */
  approved: Approved | null;
}

export interface Approved {
  plan: string;
  /** The source of the command. */
  by: string;
  atMs: number;
}

export function approvalNeeded(requiredBy: ApprovalSource): RunApproval {
  return { requiredBy, cause: 'plan', plan: null, askedAtMs: null, approved: null };
}
