import type { Address } from './address.ts';
import { BiotopeError } from './errors.ts';
import type { Expiry } from './expiry.ts';
import type { JsonObject } from './json.ts';
import type { Failure } from './run.ts';
import type { Reconciling } from './schedule.ts';
import type { Link, TemplateReference } from './template.ts';

/**
 * States of an environment:
 *
 *   deploying -> validating -> ok | failed
 *   ok, failed -> deploying (update, retry) or destroying -> destroyed
 *   deploying, validating, destroying -> failed (failure or cancellation)
 *   ok <-> failed (health; back to ok only if the last run succeeded)
 *   destroyed -> deploying (the name is used again)
 *
 * A run that reconciles only looks at first, and the environment stays what it is: ok or failed. What
 * it heals makes it deploying, as every other build does.
 */
export type EnvironmentStatus =
  | 'deploying'
  | 'validating'
  | 'ok'
  | 'failed'
  | 'destroying'
  | 'destroyed';

export interface Entrypoint {
  name: string;
  description: string;
  url: string;
}

export interface EnvironmentRecord {
  name: string;
  /** Another one each time the name is used again. */
  id: string;
  description: string;
  tags: string[];
  links: Link[];
  status: EnvironmentStatus;
  /** Why it is as it is, for a person; null where there is nothing to say. */
  failure: Failure | null;
  template: TemplateReference;
  parameters: JsonObject;
  outputs: JsonObject;
  entrypoints: Entrypoint[];
  protect: boolean;
  /** Whether each of its runs needs an approval. */
  requireApproval: boolean;
  /**
   * What it was asked to adopt and has not adopted: whichever run comes next goes on with it, and makes
   * nothing beside what is there already.
   */
  adopting: Record<Address, JsonObject>;
  /** The run that holds the environment now; null when it is settled. */
  activeRunId: string | null;
  lastRunId: string | null;
  lastRunSucceeded: boolean;
  resourceCount: number;
  clusterEpoch: number;
  createdAtMs: number;
  destroyedAtMs: number | null;
  plannedDestructionAtMs: number | null;
  /** When it is reconciled by itself; null, or absent in older records: never. */
  reconcile?: Reconciling | null;
  /** The last turn of its schedule that was taken. */
  lastTurnAtMs?: number | null;
  /** What was done about that; absent as long as nothing was. See expiryOf. */
  expiry?: Expiry | null;
}

/** What runs may do; health has its own two functions. */
const NEXT: Record<EnvironmentStatus, readonly EnvironmentStatus[]> = {
  deploying: ['validating', 'failed'],
  validating: ['ok', 'failed'],
  ok: ['deploying', 'destroying'],
  failed: ['deploying', 'destroying'],
  destroying: ['destroyed', 'failed'],
  destroyed: ['deploying'],
};

function move(environment: EnvironmentRecord, status: EnvironmentStatus): EnvironmentRecord {
  if (!NEXT[environment.status].includes(status)) {
    throw new BiotopeError('ILLEGAL_TRANSITION', {
      message: `Environment ${environment.name} cannot go from ${environment.status} to ${status}.`,
    });
  }
  return { ...environment, status };
}

export function startDeploying(environment: EnvironmentRecord, runId: string): EnvironmentRecord {
  return { ...move(environment, 'deploying'), activeRunId: runId, lastRunId: runId, failure: null };
}

/** A run holds it that changes nothing of it: an action, or one that only looks. */
export function hold(environment: EnvironmentRecord, runId: string): EnvironmentRecord {
  return { ...environment, activeRunId: runId };
}

/** The end of such a run, however that went. */
export function letGo(environment: EnvironmentRecord): EnvironmentRecord {
  return { ...environment, activeRunId: null };
}

/** Whether nothing is made of it now: it was built once, well or not. */
export function isSettled({ status }: EnvironmentRecord): boolean {
  return status === 'ok' || status === 'failed';
}

export function startDestroying(environment: EnvironmentRecord, runId: string): EnvironmentRecord {
  return {
    ...move(environment, 'destroying'),
    activeRunId: runId,
    lastRunId: runId,
    failure: null,
  };
}

export function startValidating(environment: EnvironmentRecord): EnvironmentRecord {
  return move(environment, 'validating');
}

export function settleOk(environment: EnvironmentRecord): EnvironmentRecord {
  const settled = { activeRunId: null, lastRunSucceeded: true, failure: null, adopting: {} };
  return { ...move(environment, 'ok'), ...settled };
}

export function settleFailed(environment: EnvironmentRecord, failure: Failure): EnvironmentRecord {
  return { ...move(environment, 'failed'), activeRunId: null, lastRunSucceeded: false, failure };
}

export function settleDestroyed(environment: EnvironmentRecord, atMs: number): EnvironmentRecord {
  return {
    ...move(environment, 'destroyed'),
    activeRunId: null,
    lastRunSucceeded: true,
    failure: null,
    outputs: {},
    entrypoints: [],
    adopting: {},
    resourceCount: 0,
    destroyedAtMs: atMs,
  };
}

/**
 * Whether its health is anybody's business: no run holds it, and it is what the last one made of it. What
 * failed in a run is failed, however well it answers.
 */
export function isJudgedByHealth(environment: EnvironmentRecord): boolean {
  const { activeRunId, lastRunSucceeded } = environment;
  return activeRunId === null && lastRunSucceeded && isSettled(environment);
}

/** Health was lost: the environment stays built, and says which resource is the cause. */
export function loseHealth(environment: EnvironmentRecord, failure: Failure): EnvironmentRecord {
  if (environment.status !== 'ok') return environment;
  return { ...environment, status: 'failed', failure };
}

/** Health came back. Only an environment whose last run succeeded returns to ok. */
export function regainHealth(environment: EnvironmentRecord): EnvironmentRecord {
  if (environment.status !== 'failed' || !environment.lastRunSucceeded) return environment;
  return { ...environment, status: 'ok', failure: null };
}
